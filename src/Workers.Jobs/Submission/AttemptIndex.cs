namespace Workers.Jobs.Submission;

/// <summary>What is asked of one account's attempts, kept so that no question reads all of them. Whoever uses it sees to it that nobody else does.</summary>
internal sealed class AttemptIndex
{
    public SortedSet<(DateTimeOffset At, Guid JobId, Guid Generation, int Number)> Due { get; } = [];
    public Dictionary<string, AttemptId> Holders { get; } = new(StringComparer.Ordinal);
    public int InFlight { get; private set; }

    public void Add(Attempt attempt)
    {
        if (attempt.TaskId is { } taskId)
        {
            Holders.Add(taskId, attempt.Id);
        }

        if (DueOf(attempt) is { } due)
        {
            Due.Add(due);
        }

        InFlight += attempt.SlotReturned ? 0 : 1;
    }

    public void Take(Attempt attempt)
    {
        if (attempt.TaskId is { } taskId)
        {
            Holders.Remove(taskId);
        }

        if (DueOf(attempt) is { } due)
        {
            Due.Remove(due);
        }

        InFlight -= attempt.SlotReturned ? 0 : 1;
    }

    private static (DateTimeOffset, Guid, Guid, int)? DueOf(Attempt attempt) =>
        attempt is { DueAt: { } at, State: AttemptState.Open or AttemptState.Live or AttemptState.Ended }
            ? (at, attempt.Id.JobId, attempt.Id.Generation, attempt.Id.Number)
            : null;
}
