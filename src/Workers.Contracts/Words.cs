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
}
