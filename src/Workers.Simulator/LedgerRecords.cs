namespace Workers.Simulator;

/// <summary>What was asked of the simulator.</summary>
public enum Operation
{
    Create,
    Get,
    List,
    Delete,

    /// <summary>Reading an output.</summary>
    Download,

    /// <summary>A message of the simulator to a client.</summary>
    Callback,

    /// <summary>Not a call: the life of a task itself.</summary>
    Task,
}

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

/// <summary>A task as the provider knows it, whatever its clients were told.</summary>
public sealed record SimulatedTask
{
    public required string Id { get; init; }
    public required string Account { get; init; }

    /// <summary>See <see cref="Simulator.JobKey"/>.</summary>
    public required string JobKey { get; init; }

    /// <summary>Which create of its job made it, from 1.</summary>
    public required int Try { get; init; }

    public required string Model { get; init; }

    /// <summary>All texts of the request, with line breaks between.</summary>
    public required string Prompt { get; init; }

    public required TaskState State { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it reached a state that it will not leave.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>0 unless it succeeded.</summary>
    public required long BilledTokens { get; init; }

    /// <summary>Whether a client erased its record.</summary>
    public required bool Deleted { get; init; }

    public required string? ErrorCode { get; init; }

    /// <summary>In seconds, as the request said.</summary>
    public required int ExecutionExpiresAfter { get; init; }

    public required string? SafetyIdentifier { get; init; }

    /// <summary>Queued or running: it costs, or may yet cost, money.</summary>
    public bool Live => State is TaskState.Queued or TaskState.Running;
}

/// <summary>One call, recorded in the same breath as its effect.</summary>
public sealed record RecordedRequest
{
    public required Operation Operation { get; init; }

    /// <summary>Null where the key is unknown.</summary>
    public required string? Account { get; init; }

    /// <summary>Null for list calls, and where the body or the task is unknown.</summary>
    public required string? JobKey { get; init; }

    /// <summary>For calls about one task, and creates that made one.</summary>
    public required string? TaskId { get; init; }

    /// <summary>How many calls of this kind about this job (create), task or set of ids came before, and one. 0 where that was not looked at.</summary>
    public required int Try { get; init; }

    /// <summary>The status answered, or null where the connection was dropped instead.</summary>
    public required int? Status { get; init; }

    /// <summary>The code of the error answered, or null.</summary>
    public required string? Code { get; init; }

    /// <summary>When, by the provider's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether it was refused because too many calls came before it.</summary>
    public bool ExceededRate { get; init; }
}

/// <summary>One list call.</summary>
/// <param name="Ids">How many ids it asked for; 0: all.</param>
/// <param name="Returned">How many tasks it got.</param>
/// <param name="ExceededRate">Whether it was refused because it came too soon.</param>
public sealed record ListCall(string Account, DateTimeOffset At, int Ids, int Returned, bool ExceededRate);

/// <summary>One sending of a callback.</summary>
/// <param name="Status">The word sent.</param>
/// <param name="Sending">1 for the first.</param>
/// <param name="Answer">What the client answered, or null: nothing within 5 seconds.</param>
public sealed record SentCallback(string TaskId, string Status, int Sending, int? Answer, DateTimeOffset At);

/// <summary>What one succeeded task costs.</summary>
/// <param name="AmountUsd">0 for models without a published price.</param>
public sealed record InvoiceLine(string TaskId, string Account, string JobKey, string Model, long Tokens, decimal AmountUsd, DateTimeOffset At);
