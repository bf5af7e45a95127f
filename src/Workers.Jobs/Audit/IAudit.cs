namespace Workers.Jobs.Audit;

/// <summary>What people, and the pruner in their name, did. Append-only: the first entry of an id stays, so that appending is safe to repeat.</summary>
public interface IAudit
{
    Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>What was done to one job, oldest first.</summary>
    Task<IReadOnlyList<AuditEntry>> OfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>What was done at all, newest first.</summary>
    /// <param name="after">Where the page before ended; null: the first page.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<AuditEntry>> NewestAsync(PagePosition? after, int limit, CancellationToken cancellationToken);
}

/// <summary>One thing that somebody did. No content: ids, hashes, counts and words of ours.</summary>
public sealed record AuditEntry
{
    /// <summary>Where a message was sent: the message's id.</summary>
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Who did it: a person, a program, or <see cref="Pruner"/>.</summary>
    public required string Actor { get; init; }

    /// <summary>What was done: one of <see cref="AuditAction"/>.</summary>
    public required string Action { get; init; }

    public required string TenantId { get; init; }

    /// <summary>The job that it was done to; null where it was done to many.</summary>
    public Guid? JobId { get; init; }

    /// <summary>What else is to be known of it, by name.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>The actor of what the fleet does by itself, under the retention that it was given.</summary>
    public const string Pruner = "pruner";

    /// <summary>Where a page that ends with this entry ends.</summary>
    public PagePosition Position => new(At, Id);
}

/// <summary>The words of <see cref="AuditEntry.Action"/>.</summary>
public static class AuditAction
{
    /// <summary>A submission was sent.</summary>
    public const string Submitted = "submitted";

    /// <summary>A job was told to go on.</summary>
    public const string Resumed = "resumed";

    /// <summary>A job was told to stop.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>A paid output was taken for a success that had been refused.</summary>
    public const string Accepted = "accepted";

    /// <summary>It was said what came of an attempt.</summary>
    public const string Settled = "settled";

    /// <summary>The fleet refused what was asked.</summary>
    public const string Refused = "refused";

    /// <summary>Jobs past their retention were removed.</summary>
    public const string Pruned = "pruned";

    /// <summary>A user's jobs were removed.</summary>
    public const string Erased = "erased";

    /// <summary>It was said what a task costs.</summary>
    public const string CostFilled = "cost-filled";
}
