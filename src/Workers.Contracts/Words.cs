using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>What a person needs to know of a job.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Phase>))]
public enum Phase
{
    /// <summary>Safe to wait.</summary>
    InProgress,

    /// <summary>Somebody must act.</summary>
    Blocked,

    /// <summary>Over, and never left again.</summary>
    Terminal,
}

/// <summary>The cause of a failure.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FailureBucket>))]
public enum FailureBucket
{
    /// <summary>The input breaks a rule.</summary>
    Validation,

    /// <summary>The provider's moderation refused the input or the output.</summary>
    ContentPolicy,

    /// <summary>The key, its rights or the model's activation.</summary>
    Auth,

    /// <summary>Money or allowance used up.</summary>
    Quota,

    /// <summary>Too many calls or too many tasks for now.</summary>
    RateLimit,

    /// <summary>Something took longer than it may.</summary>
    Timeout,

    /// <summary>The provider failed, or could not be reached.</summary>
    ServerError,

    /// <summary>An answer of a shape that nobody knows, or an output that is not what the job calls success.</summary>
    SchemaMismatch,

    /// <summary>The tenant's own spending limit.</summary>
    Budget,

    /// <summary>A call may or may not have made a task, and nothing at the provider tells.</summary>
    Uncertain,

    /// <summary>An error code that nobody knows.</summary>
    Unknown,

    /// <summary>The fleet can't store results: its folder is full, read-only, forbidden or away. Never the provider's fault.</summary>
    Storage,
}

/// <summary>What an alert is about.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertKind>))]
public enum AlertKind
{
    /// <summary>Failures on record, of one bucket or of all, within a time. Counted.</summary>
    Failures,

    /// <summary>By how many percent the P95 of what jobs cost this ISO week lies above the week before.</summary>
    CostP95,

    /// <summary>For how many seconds the job waits that has waited for longest.</summary>
    OldestWaiting,

    /// <summary>An account is paused for another reason than its rate: 1, else 0.</summary>
    AccountPaused,

    /// <summary>Dead letters that came on record within a time. Counted.</summary>
    DeadLetters,

    /// <summary>Tasks of an account that could not be looked at when they were last to be, in any way. Counted, up to 200.</summary>
    UnseenTasks,

    /// <summary>Results can't be stored: 1, else 0.</summary>
    ResultsUnwritable,
}

/// <summary>How much an alert hurries.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AlertLevel>))]
public enum AlertLevel
{
    /// <summary>Look at it today.</summary>
    Warning,

    /// <summary>Look at it now.</summary>
    Error,
}
