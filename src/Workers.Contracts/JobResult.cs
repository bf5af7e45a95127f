namespace Workers.Contracts;

/// <summary>The record of a finished job's result. Its schema is stable: members are added, never changed or taken away.</summary>
public sealed record JobResult
{
    /// <summary>Version of this schema.</summary>
    public int Schema { get; init; } = 1;

    public required Guid JobId { get; init; }
    public required Guid Generation { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required string Provider { get; init; }
    public required string Model { get; init; }

    /// <summary>The provider's id of the task.</summary>
    public required string TaskId { get; init; }

    public required IReadOnlyList<ResultOutput> Outputs { get; init; }
    public required TaskUsage Usage { get; init; }
    public required JobCost Cost { get; init; }

    /// <summary>When the job was submitted.</summary>
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the provider made the task, by its clock.</summary>
    public required DateTimeOffset TaskCreatedAt { get; init; }

    /// <summary>When the provider ended the task, by its clock.</summary>
    public required DateTimeOffset TaskEndedAt { get; init; }

    /// <summary>When the outputs were stored.</summary>
    public required DateTimeOffset RetrievedAt { get; init; }
}

/// <summary>One file of a result.</summary>
public sealed record ResultOutput
{
    /// <summary>What it is, for example <c>video</c> or <c>last_frame</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Where it lies, relative to the root of the results: <c>TENANT/JOB/FILE</c>.</summary>
    public required string Path { get; init; }

    public required string MediaType { get; init; }
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the content, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }
}

/// <summary>What the provider says it used, as far as it says.</summary>
public sealed record TaskUsage
{
    /// <summary>Billed tokens; left out where the provider does not say.</summary>
    public long? Tokens { get; init; }

    /// <summary>Whole seconds of output.</summary>
    public int? DurationSeconds { get; init; }

    public string? Resolution { get; init; }

    public string? Ratio { get; init; }
}

/// <summary>What a job costs, all its attempts included, in one currency.</summary>
public sealed record JobCost
{
    /// <summary>What its attempts were expected to cost.</summary>
    public required decimal Estimated { get; init; }

    /// <summary>What its settled attempts did cost, as far as that is known.</summary>
    public required decimal Actual { get; init; }

    /// <summary>How many of its attempts cost nobody knows what, so that <see cref="Actual"/> is without them; left out where there are none.</summary>
    public int? Unknown { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }
}
