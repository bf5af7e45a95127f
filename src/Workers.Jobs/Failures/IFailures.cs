using Workers.Contracts;

namespace Workers.Jobs.Failures;

/// <summary>What failed, a record each. Repeats collapse: the first record of an id stays.</summary>
public interface IFailures
{
    Task RecordAsync(Failure failure, CancellationToken cancellationToken);

    /// <summary>The record of an id, or null.</summary>
    Task<Failure?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>How many there are in each bucket since a time.</summary>
    Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>How many of some kind there are.</summary>
    Task<long> CountAsync(FailureQuery query, CancellationToken cancellationToken);

    /// <summary>How many there are in each hour of a time, by cause and place. An hour without failures is not there.</summary>
    /// <param name="since">The first moment that counts.</param>
    /// <param name="until">The first moment that no longer counts.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<FailureCount>> TrendAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The last failures of a bucket since a time, of one tenant or all, newest first.</summary>
    Task<IReadOnlyList<Failure>> NewestAsync(FailureBucket bucket, string? tenant, DateTimeOffset since, int limit, CancellationToken cancellationToken);

    /// <summary>The failures of one job, oldest first.</summary>
    Task<IReadOnlyList<Failure>> OfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Removes the failures of one job.</summary>
    Task RemoveOfJobAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Removes what is older.</summary>
    Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>Which failures are counted. What is null is not asked for.</summary>
public sealed record FailureQuery
{
    /// <summary>Those after this moment.</summary>
    public required DateTimeOffset Since { get; init; }

    public FailureBucket? Bucket { get; init; }
    public string? Provider { get; init; }
    public string? TenantId { get; init; }

    /// <summary>Those alone whose id is one of <see cref="Failure.DeadLetterId"/>.</summary>
    public bool OnlyDeadLetters { get; init; }
}

/// <summary>How many failures of one cause, place and code there were in one hour.</summary>
public sealed record FailureCount
{
    public required FailureBucket Bucket { get; init; }

    /// <summary>Null of dead letters.</summary>
    public required string? Provider { get; init; }

    /// <summary>Null of dead letters that name none.</summary>
    public required string? TenantId { get; init; }

    public required string Code { get; init; }

    /// <summary>When the hour began, in UTC.</summary>
    public required DateTimeOffset Hour { get; init; }

    public required int Count { get; init; }
}

/// <summary>One failed attempt, blocked or failed job, or dead letter. No content: a cause, a code, ids.</summary>
public sealed record Failure
{
    /// <summary>What the ids of dead letters begin with.</summary>
    internal const string DeadLetterPrefix = "dead-letter/";

    /// <summary>Job, attempt and step: what fails twice in one place is one failure. Of a dead letter: its message.</summary>
    public required string Id { get; init; }

    /// <summary>Null where a dead letter names no job, or can't be read.</summary>
    public required Guid? JobId { get; init; }

    /// <summary>Null where a dead letter names no tenant, or can't be read.</summary>
    public required string? TenantId { get; init; }

    public required Guid? CorrelationId { get; init; }

    /// <summary>Null of a dead letter.</summary>
    public required string? Provider { get; init; }

    /// <summary>Null of a dead letter.</summary>
    public required string? Account { get; init; }

    /// <summary>0 of a dead letter.</summary>
    public required int Attempt { get; init; }

    /// <summary>The job's state in which it failed, for example <c>Submitting</c>; of a dead letter, its queue.</summary>
    public required string Step { get; init; }

    public required FailureBucket Bucket { get; init; }

    /// <summary>The provider's code, a name of ours, or a dead letter's type of exception.</summary>
    public required string Code { get; init; }

    public required string Reason { get; init; }

    /// <summary>What the provider said, by status, code and hash of its message; null where it said nothing.</summary>
    public string? Said { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The id of a dead letter's record: one for each message, and one more each time that it comes back after it was redriven.</summary>
    public static string DeadLetterId(string messageId, int redriven) =>
        redriven == 0 ? $"{DeadLetterPrefix}{messageId}" : FormattableString.Invariant($"{DeadLetterPrefix}{messageId}/{redriven}");
}
