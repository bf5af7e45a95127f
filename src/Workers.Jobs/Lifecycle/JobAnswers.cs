using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Lifecycle;

/// <summary>The attempt was put off; no task was made. Uses up no attempt.</summary>
public sealed record SubmissionDeferred
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required int Step { get; init; }
    public required DateTimeOffset Until { get; init; }
    public required JobTrouble Trouble { get; init; }

    /// <summary>The attempt has a record, so the next try needs a number of its own.</summary>
    public required bool Recorded { get; init; }
}

/// <summary>The attempt surely has no task, or nobody can tell (<see cref="Disposition.Reconcile"/> in the trouble).</summary>
public sealed record SubmissionFailed
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required Guid Generation { get; init; }
    public required int Attempt { get; init; }

    /// <summary>The step of the command that this answers; null from a round, which knows attempts only.</summary>
    public required int? Step { get; init; }

    public required JobTrouble Trouble { get; init; }

    /// <summary>Not to be tried again before this, or null where the job's own backoff decides.</summary>
    public required DateTimeOffset? RetryAt { get; init; }

    /// <summary>The attempt has a record, so the next try needs a number of its own.</summary>
    public required bool Recorded { get; init; }
}

/// <summary>The attempt's task has ended. May come before <see cref="JobStarted"/>, and more than once.</summary>
public sealed record TaskEnded
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required Guid Generation { get; init; }
    public required int Attempt { get; init; }
    public required string TaskId { get; init; }
    public required TaskEnd End { get; init; }

    /// <summary>Why an end is no success, and what to do about it.</summary>
    public required JobTrouble? Trouble { get; init; }

    public required AttemptCost Cost { get; init; }

    /// <summary>What the provider does not say of a success, by its names; null where it says all.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    /// <summary>ISO 4217 code of <see cref="Cost"/>.</summary>
    public required string Currency { get; init; }
}

/// <summary>There is nothing left at the provider that could be billed for the attempt.</summary>
public sealed record CancelSettled
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required Guid Generation { get; init; }
    public required int Attempt { get; init; }
}

/// <summary>The outputs are stored and are what the job calls success.</summary>
public sealed record ResultRetrieved
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required int Step { get; init; }
    public required IReadOnlyList<ResultOutput> Outputs { get; init; }
}

/// <summary>The outputs could not be had, or are not what the job calls success. The task was paid.</summary>
public sealed record RetrievalFailed
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required int Step { get; init; }
    public required JobTrouble Trouble { get; init; }

    /// <summary>What was fetched and refused, where it is kept; null where nothing was.</summary>
    public IReadOnlyList<ResultOutput>? Outputs { get; init; }
}
