using Workers.Contracts;

namespace Workers.Providers;

/// <summary>The provider's own record of a job, in our words.</summary>
public sealed record ProviderTask
{
    public required string TaskId { get; init; }
    public required ProviderTaskStatus Status { get; init; }

    /// <summary>The provider's own word for the status, cut to 64 characters.</summary>
    public required string StatusWord { get; init; }

    /// <summary>By the provider's clock; null where it does not say.</summary>
    public required DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When the present status began, by the provider's clock; null where it does not say.</summary>
    public required DateTimeOffset? UpdatedAt { get; init; }

    public required string Model { get; init; }

    /// <summary>The echoed field that tells attempts apart, or null where it is missing.</summary>
    public required long? Fingerprint { get; init; }

    public string? Resolution { get; init; }
    public string? Ratio { get; init; }

    /// <summary>Whole seconds.</summary>
    public int? Duration { get; init; }

    /// <summary>Where the outputs lie, for a succeeded task. Signed: secrets.</summary>
    public IReadOnlyList<TaskOutput> Outputs { get; init; } = [];

    /// <summary>What a succeeded task used.</summary>
    public TaskUsage? Usage { get; init; }

    /// <summary>Why a failed or expired task ended.</summary>
    public ProviderFailure? Failure { get; init; }

    /// <summary>What the provider says of other succeeded tasks and not of this one, by its names: unknown, and nothing that a success hangs on.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>What is wrong with the shape of this record (an unknown status, a success without output), or null. Neither success nor failure.</summary>
    public string? Mismatch { get; init; }

    /// <summary>Names the task without where its outputs lie.</summary>
    public override string ToString() => $"ProviderTask {{ {TaskId}, {StatusWord} }}";
}

/// <summary>Where a task stands.</summary>
public enum ProviderTaskStatus
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,

    /// <summary>Never ran, or ran out of time; not billed.</summary>
    Expired,

    /// <summary>A word that nobody knows, or a record without what its status promises.</summary>
    Unrecognised,
}

/// <summary>One output of a task.</summary>
/// <param name="Name">What it is, for example <c>video</c> or <c>last_frame</c>.</param>
/// <param name="Uri">Where it lies. Signed: a secret.</param>
public sealed record TaskOutput(string Name, Uri Uri)
{
    /// <summary>Names the output, and tells hash and size of where it lies.</summary>
    public override string ToString() => $"TaskOutput {{ {Name}, {Outline.Of(Uri.OriginalString)} }}";
}

/// <summary>Some of an account's tasks.</summary>
/// <param name="Tasks">In the provider's order.</param>
/// <param name="Total">How many the provider says there are in all, over all pages.</param>
/// <param name="At">When the provider answered, by its own clock as far as it tells.</param>
public sealed record TaskPage(IReadOnlyList<ProviderTask> Tasks, int Total, DateTimeOffset At)
{
    /// <summary>How far the provider's clock is ahead of ours; negative: behind; null: it does not tell its time.</summary>
    public TimeSpan? Ahead { get; init; }

    /// <summary>Our id of the call that read them, as its log line has it; empty where there was none.</summary>
    public string RequestId { get; init; } = "";
}

/// <summary>What an attempt asked for, as far as the provider repeats it: enough to recognise its task, and no user content.</summary>
public sealed record TaskIntent
{
    public required string Model { get; init; }
    public required long Fingerprint { get; init; }
    public string? Resolution { get; init; }
    public string? Ratio { get; init; }

    /// <summary>Whole seconds.</summary>
    public int? Duration { get; init; }
}

/// <summary>Money for one task.</summary>
/// <param name="Amount">In <paramref name="Currency"/>.</param>
/// <param name="Currency">ISO 4217 code.</param>
/// <param name="Tokens">What is billed.</param>
/// <param name="PerMillion">Price of a million tokens, in <paramref name="Currency"/>.</param>
public sealed record TaskPrice(decimal Amount, string Currency, long Tokens, decimal PerMillion)
{
    public static TaskPrice Of(long tokens, decimal perMillion, string currency) => new(tokens * perMillion / 1_000_000m, currency, tokens, perMillion);

    /// <summary>The price of another number of tokens of the same kind.</summary>
    public TaskPrice ForTokens(long tokens) => Of(tokens, PerMillion, Currency);
}
