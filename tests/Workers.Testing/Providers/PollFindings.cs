namespace Workers.Testing.Providers;

/// <summary>What a provider's own record says about how it was polled.</summary>
/// <param name="Late">Tasks that were once not asked for in time, and by how long the latest was late.</param>
/// <param name="AtOnce">Accounts that were polled by two at once.</param>
/// <param name="TooSoon">Calls that came before the provider's interval was over, since the one before of the same account.</param>
/// <param name="Latest">The longest that a task was asked for after it was due.</param>
/// <param name="LatestDue">When that one was first due.</param>
internal sealed record PollFindings(int Late, int AtOnce, int TooSoon, TimeSpan Latest, DateTimeOffset LatestDue)
{
    /// <summary>Clocks tell whole milliseconds, and a call takes its time to get here.</summary>
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(20);

    /// <param name="calls">What the provider saw.</param>
    /// <param name="due">When each task was first due.</param>
    /// <param name="longestInterval">The longest that may lie between two looks as planned.</param>
    /// <param name="grace">How much later a look may be.</param>
    /// <param name="listInterval">The provider's limit for each account.</param>
    /// <param name="until">The end of what is looked at.</param>
    public static PollFindings Of(
        IReadOnlyCollection<ListedTasks.ListCall> calls, IReadOnlyDictionary<string, DateTimeOffset> due, TimeSpan longestInterval, TimeSpan grace, TimeSpan listInterval, DateTimeOffset until)
    {
        var looks = calls.Where(call => call.Came <= until).SelectMany(call => call.Ids.Select(id => (Id: id, call.Came))).ToLookup(look => look.Id, look => look.Came);
        var lateness = due.Select(task => (By: Lateness(task.Value, [.. looks[task.Key].Order()], longestInterval, until), Due: task.Value)).ToList();
        var latest = lateness.MaxBy(late => late.By);
        var (atOnce, tooSoon) = (0, 0);
        foreach (var account in calls.GroupBy(call => call.Account))
        {
            var pairs = account.OrderBy(call => call.Came).ToArray() is var ordered ? ordered.Zip(ordered.Skip(1)).ToList() : [];
            atOnce += pairs.Any(pair => pair.Second.Came < pair.First.Went) ? 1 : 0;
            tooSoon += pairs.Count(pair => pair.Second.Came - pair.First.Came < listInterval - Precision);
        }

        return new PollFindings(lateness.Count(late => late.By > grace), atOnce, tooSoon, latest.By, latest.Due);
    }

    /// <summary>Of its first look after it was due, and of any other after the longest wait.</summary>
    private static TimeSpan Lateness(DateTimeOffset due, DateTimeOffset[] looks, TimeSpan longestInterval, DateTimeOffset until)
    {
        var (latest, next) = (TimeSpan.Zero, due);
        foreach (var look in looks.Append(until))
        {
            latest = look - next > latest ? look - next : latest;
            next = look + longestInterval;
        }

        return latest;
    }
}
