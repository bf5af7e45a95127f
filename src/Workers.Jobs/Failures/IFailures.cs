using Workers.Contracts;

namespace Workers.Jobs.Failures;

/// <summary>What failed, a record each. Repeats collapse: the first record of an id stays.</summary>
public interface IFailures
{
    Task RecordAsync(Failure failure, CancellationToken cancellationToken);

    /// <summary>How many there are in each bucket since a time.</summary>
    Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The failures of one job, oldest first.</summary>
    Task<IReadOnlyList<Failure>> OfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Removes what is older.</summary>
    Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>One failed attempt, blocked or failed job, or dead letter. No content: a cause, a code, ids.</summary>
public sealed record Failure
{
    /// <summary>Job, attempt and step: what fails twice in one place is one failure.</summary>
    public required string Id { get; init; }

    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required string Provider { get; init; }
    public required string Account { get; init; }
    public required int Attempt { get; init; }

    /// <summary>The job's state in which it failed, for example <c>Submitting</c>.</summary>
    public required string Step { get; init; }

    public required FailureBucket Bucket { get; init; }

    /// <summary>The provider's code, or a name of ours.</summary>
    public required string Code { get; init; }

    public required string Reason { get; init; }
    public required DateTimeOffset At { get; init; }
}
