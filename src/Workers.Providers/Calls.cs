using System.Text.Json.Serialization;
using Workers.Contracts;

namespace Workers.Providers;

/// <summary>One request for a task.</summary>
public sealed record CreateTask
{
    /// <summary>Which key pays.</summary>
    public required string Account { get; init; }

    public required JobInput Input { get; init; }

    /// <summary>The addresses to send for the input's references, in their order; the input itself may name object keys.</summary>
    public required IReadOnlyList<Uri> References { get; init; }

    /// <summary>Hash of the user, or null.</summary>
    public required string? UserHash { get; init; }

    /// <summary>The attempt's value of the echoed field that tells attempts apart.</summary>
    public required long Fingerprint { get; init; }

    public required Guid CorrelationId { get; init; }

    /// <summary>
    /// Asked right before the request's body leaves this process: false, and it does not leave. A process that was paused meanwhile must not act
    /// on a right that it has lost.
    /// </summary>
    public required Func<bool> MayStillCall { get; init; }

    /// <summary>Names the request without its content.</summary>
    public override string ToString() => $"CreateTask {{ {Account}, {Input}, {References.Count} addresses }}";
}

/// <summary>How a request for a task ended.</summary>
public abstract record CreateOutcome
{
    /// <summary>There is a task.</summary>
    public sealed record Created(string TaskId) : CreateOutcome;

    /// <summary>There is surely no task: the provider said no, or never heard of it.</summary>
    /// <param name="Failure">Why, and what to do about it.</param>
    /// <param name="RetryAfter">When the provider said so.</param>
    public sealed record NotCreated(ProviderFailure Failure, TimeSpan? RetryAfter = null) : CreateOutcome
    {
        /// <summary>
        /// It would close the account, but nothing in it says that it is the account's: whoever stands between here and the provider may mean this one request.
        /// </summary>
        public bool IsDoubtful { get; init; }
    }

    /// <summary>There may be a task: the answer was lost, or says nothing. Only the provider's list can tell.</summary>
    /// <param name="Failure">That it is not known, and why.</param>
    /// <param name="Cause">Why there is no task and what to do about it, should the list show that there is none; null where the answer says nothing of it.</param>
    public sealed record Uncertain(ProviderFailure Failure, ProviderFailure? Cause = null) : CreateOutcome;
}

/// <summary>How a request to drop a task ended.</summary>
public enum CancelOutcome
{
    /// <summary>The task was dropped before it began.</summary>
    Cancelled,

    /// <summary>The task is under way, runs to its end and is billed.</summary>
    TooLate,

    /// <summary>The provider knows no such task, or it has ended.</summary>
    NotThere,
}

/// <summary>One failure at a provider: its cause, what to do about it, and the provider's own words for it as far as they are safe to keep.</summary>
public sealed record ProviderFailure
{
    public required FailureBucket Bucket { get; init; }
    public required Disposition Disposition { get; init; }

    /// <summary>The provider's code, or a name of ours such as <c>ConnectionRefused</c>. Never free text from outside.</summary>
    public required string Code { get; init; }

    /// <summary>The request never left: nobody was there, or calls are paused. Says nothing against the job that it was for.</summary>
    public bool NeverLeft { get; init; }

    /// <summary>What happened, for a person, in our words.</summary>
    public required string Reason { get; init; }

    /// <summary>What the provider said, by status, code and hash of its message; null where it said nothing.</summary>
    public string? Said { get; init; }

    /// <summary>What to do about it, for a person.</summary>
    public required string Fix { get; init; }

    /// <summary>It was not the job's fault, and waiting may help: the provider is busy, or away. Such a failure uses up none of the job's attempts.</summary>
    [JsonIgnore]
    public bool MerelyWaits => Disposition == Disposition.Retry && (NeverLeft || Bucket == FailureBucket.RateLimit);
}

/// <summary>What is done about a failure.</summary>
public enum Disposition
{
    /// <summary>Surely no task, and trying again may help.</summary>
    Retry,

    /// <summary>No task of this account will do better until somebody acts or time passes.</summary>
    PauseAccount,

    /// <summary>Somebody must act on this job.</summary>
    Block,

    /// <summary>The job is over.</summary>
    Fail,

    /// <summary>It may have happened: find out first.</summary>
    Reconcile,
}
