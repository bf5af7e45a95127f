namespace Workers.Jobs.Failures;

/// <summary>What is made of counts by the hour: how each group goes, which are new, and which grew most.</summary>
public static class FailureTrends
{
    /// <summary>The hour of a time, in UTC.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset at) => new(at.UtcTicks - (at.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);

    /// <summary>The groups of a time, the largest first.</summary>
    /// <param name="counts">Those of the time, and of as long a time before it.</param>
    /// <param name="since">When it began: a full hour.</param>
    /// <param name="until">When it ended.</param>
    /// <param name="by">What a failure is grouped by.</param>
    /// <param name="isComparable">Whether a group can have been there before; one that is a time can't.</param>
    public static IReadOnlyList<FailureTrend> Of(IReadOnlyList<FailureCount> counts, DateTimeOffset since, DateTimeOffset until, Func<FailureCount, string> by, bool isComparable = true)
    {
        var hours = (int)Math.Ceiling((until - since).TotalHours);
        List<FailureTrend> trends = [];
        foreach (var group in counts.GroupBy(by, StringComparer.Ordinal))
        {
            var byHour = new int[hours];
            var before = 0;
            foreach (var count in group)
            {
                if (count.Hour < since)
                {
                    before += count.Count;
                }
                else
                {
                    byHour[(int)(count.Hour - since).TotalHours] += count.Count;
                }
            }

            if (byHour.Sum() is > 0 and var total)
            {
                trends.Add(new FailureTrend(group.Key, total, isComparable ? before : null, byHour));
            }
        }

        return [.. trends.OrderByDescending(trend => trend.Count).ThenBy(trend => trend.Group, StringComparer.Ordinal)];
    }

    /// <summary>The group that has most more than in the time before; null where none has more.</summary>
    public static FailureTrend? GrewMost(IReadOnlyList<FailureTrend> trends) => trends.Where(trend => trend.Count > trend.Before).MaxBy(trend => trend.Count - trend.Before);
}

/// <summary>How the failures of one group went.</summary>
/// <param name="Group">What they have in common.</param>
/// <param name="Count">How many there were.</param>
/// <param name="Before">How many there were in as long a time before; null where that can't be said.</param>
/// <param name="ByHour">How many in each hour, the oldest first; an hour without any is 0.</param>
public sealed record FailureTrend(string Group, int Count, int? Before, IReadOnlyList<int> ByHour)
{
    /// <summary>There were none in the time before.</summary>
    public bool IsNew => Before == 0;
}
