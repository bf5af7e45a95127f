namespace Workers.Contracts;

/// <summary>Answers a submission: there is a job for it. May arrive more than once.</summary>
public sealed record JobAccepted
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }

    /// <summary>The job was there already; <see cref="State"/> tells how it stands.</summary>
    public required bool Duplicate { get; init; }

    /// <summary>The client's name for the job, else the hash that serves in its stead.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>The submission's message id, as its sender wrote it; the fleet's own where it had none.</summary>
    public string? MessageId { get; init; }

    public required Phase Phase { get; init; }

    /// <summary>The job's state, for example <c>Submitting</c>.</summary>
    public required string State { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>Answers a submission: there is no job for it, and what to mend.</summary>
public sealed record SubmissionRejected
{
    /// <summary>The submission's, or null where it has not the form of one: then it may be anything, and is not repeated.</summary>
    public required string? TenantId { get; init; }

    /// <summary>Likewise.</summary>
    public required string? IdempotencyKey { get; init; }

    /// <summary>The submission's message id, as its sender wrote it; the fleet's own where it had none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The submission's, else the id that its job would have had.</summary>
    public required Guid CorrelationId { get; init; }

    public required IReadOnlyList<InputFault> Faults { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Answers a cancel or resume that could not be carried out. The job stands as it stood.</summary>
public sealed record CommandRejected
{
    /// <summary>The command's; all zeros where it names none that can be read.</summary>
    public required Guid JobId { get; init; }

    /// <summary>The command's; <c>-</c> where it names none that can be one.</summary>
    public required string TenantId { get; init; }

    /// <summary>The command's message id, as its sender wrote it; the fleet's own where it had none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The message type of the command, for example <c>CancelJob</c>.</summary>
    public required string Command { get; init; }

    /// <summary>Why, and what would help.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>The provider has a task for the job. May arrive more than once, and after the job's end.</summary>
public sealed record JobStarted
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }

    /// <summary>Which life of the job id this is: a key used again after retention starts clean.</summary>
    public required Guid Generation { get; init; }

    /// <summary>Which attempt of the job has the task, from 1.</summary>
    public required int Attempt { get; init; }

    public required string Provider { get; init; }
    public required string Account { get; init; }

    /// <summary>The provider's id of the task.</summary>
    public required string TaskId { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>The job waits for somebody to act. Always the same message id and content for the same block.</summary>
public sealed record JobBlocked
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required FailureBucket Bucket { get; init; }

    /// <summary>What is wrong, for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>What to do about it, for a person.</summary>
    public required string Fix { get; init; }

    /// <summary>The faults of the input, where that is the cause.</summary>
    public required IReadOnlyList<InputFault> Faults { get; init; }

    public required JobCost Cost { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>The job is done and its result is stored. Always the same message id and content.</summary>
public sealed record JobSucceeded
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required IReadOnlyList<ResultOutput> Outputs { get; init; }
    public required JobCost Cost { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>The job has failed for good. Always the same message id and content.</summary>
public sealed record JobFailed
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required FailureBucket Bucket { get; init; }

    /// <summary>Why, for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>What would help another job, for a person.</summary>
    public string? Fix { get; init; }

    public required JobCost Cost { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>The job was cancelled and the provider can no longer bill it. Always the same message id and content.</summary>
public sealed record JobCancelled
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required JobCost Cost { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>A rule of the fleet's alerts holds. Always the same message id and content for the same firing.</summary>
public sealed record AlertFiring
{
    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    public required AlertKind Kind { get; init; }

    /// <summary>Which of several things that the rule watches: an account, a currency. Null where it watches one.</summary>
    public required string? Subject { get; init; }

    /// <summary>Whose jobs the rule watches; null: everybody's. The routing key then has <c>-</c> in its place, which no tenant can be called.</summary>
    public required string? TenantId { get; init; }

    public required AlertLevel Level { get; init; }

    /// <summary>What was measured, in the unit of <see cref="Kind"/>.</summary>
    public required decimal Value { get; init; }

    /// <summary>What it must not exceed.</summary>
    public required decimal Limit { get; init; }

    /// <summary>What is wrong, for a person.</summary>
    public required string Reason { get; init; }

    public required DateTimeOffset At { get; init; }
}

/// <summary>It no longer holds. Always the same message id and content.</summary>
public sealed record AlertResolved
{
    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    public required AlertKind Kind { get; init; }

    /// <summary>That of the firing.</summary>
    public required string? Subject { get; init; }

    /// <summary>Likewise.</summary>
    public required string? TenantId { get; init; }

    public required AlertLevel Level { get; init; }

    /// <summary>What was measured, in the unit of <see cref="Kind"/>.</summary>
    public required decimal Value { get; init; }

    /// <summary>What it must not exceed.</summary>
    public required decimal Limit { get; init; }

    /// <summary>How it stands now, for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>When it began to fire.</summary>
    public required DateTimeOffset FiredAt { get; init; }

    public required DateTimeOffset At { get; init; }
}
