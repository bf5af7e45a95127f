using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Cli.Operating;

/// <summary>A page of jobs, and what <c>--after</c> shows the next one.</summary>
internal sealed record JobListing(IReadOnlyList<JobSummary> Jobs, string? Next);

/// <summary>A job without what it is to make.</summary>
internal sealed record JobSummary
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required string State { get; init; }
    public required Phase Phase { get; init; }
    public required FailureBucket? Bucket { get; init; }
    public required string? Reason { get; init; }
    public required string? Fix { get; init; }

    /// <summary>What the provider said, by status, code and hash of its message.</summary>
    public required string? Said { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When a job that waits is looked at again.</summary>
    public required DateTimeOffset? WaitsUntil { get; init; }

    public required Guid CorrelationId { get; init; }
    public required string IdempotencyKey { get; init; }
    public required string Provider { get; init; }
    public required string Account { get; init; }
    public required IReadOnlyList<string> Tags { get; init; }
    public required int Attempt { get; init; }
    public required AttemptStanding Standing { get; init; }
    public required string? TaskId { get; init; }
    public required JobCost Cost { get; init; }

    public static JobSummary Of(Job job) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        State = job.State,
        Phase = JobSteps.PhaseOf(job.State),
        Bucket = job.Trouble?.Bucket,
        Reason = job.Trouble?.Reason,
        Fix = job.Trouble?.Fix,
        Said = job.Trouble?.Said,
        SubmittedAt = job.SubmittedAt,
        ChangedAt = job.ChangedAt,
        Deadline = job.Deadline,
        WaitsUntil = job.State == nameof(JobLifecycle.Waiting) ? job.NextCheckAt : null,
        CorrelationId = job.Correlation,
        IdempotencyKey = job.IdempotencyKey,
        Provider = job.Provider,
        Account = job.Account,
        Tags = job.Tags,
        Attempt = job.Attempt,
        Standing = job.Standing,
        TaskId = job.TaskId,
        Cost = JobCosts.Of(job),
    };
}

/// <summary>All that is known of one job, but for what its user wrote.</summary>
internal sealed record JobDetails
{
    public required JobSummary Job { get; init; }
    public required InputOutline Input { get; init; }
    public required string? UserHash { get; init; }
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }
    public required IReadOnlyList<AttemptOutline> Attempts { get; init; }
    public required JobResult? Result { get; init; }

    /// <summary>What was fetched, was not what the job calls success, and is kept until somebody accepts it or the job is removed; null where nothing is.</summary>
    public IReadOnlyList<ResultOutput>? Aside { get; init; }

    public required IReadOnlyList<Failure> Failures { get; init; }
    public required IReadOnlyList<AuditEntry> Audit { get; init; }
}

/// <summary>An input without its content: sizes, hashes and kinds.</summary>
internal sealed record InputOutline
{
    public required string? Model { get; init; }

    /// <summary>Characters of the prompt; 0: none.</summary>
    public required int PromptCharacters { get; init; }

    /// <summary>SHA-256 of the prompt in UTF-8.</summary>
    public required string? PromptSha256 { get; init; }

    public required IReadOnlyList<string> References { get; init; }

    /// <summary>How many parameters there are; 0: none.</summary>
    public required int Parameters { get; init; }

    /// <summary>SHA-256 of their JSON: names are a user's too, until a provider knows them.</summary>
    public required string? ParametersSha256 { get; init; }

    public required string SubmittedSha256 { get; init; }

    public static InputOutline Of(Job job) => new()
    {
        Model = job.Input.Model,
        PromptCharacters = job.Input.Prompt?.Length ?? 0,
        PromptSha256 = job.Input.Prompt is { } prompt ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(prompt))) : null,
        References = [.. (job.Input.References ?? []).Select(reference => reference.Kind ?? "?")],
        Parameters = job.Input.Parameters?.Count ?? 0,
        ParametersSha256 = job.Input.Parameters is { Count: > 0 } parameters
            ? Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parameters.OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary(), ContractsJson.Default.IReadOnlyDictionaryStringJsonElement)))
            : null,
        SubmittedSha256 = job.SubmittedHash,
    };
}

/// <summary>One attempt without the addresses of its outputs: those let anybody in who knows them.</summary>
internal sealed record AttemptOutline
{
    public required int Number { get; init; }
    public required AttemptState State { get; init; }
    public required string Account { get; init; }
    public required string? TaskId { get; init; }
    public required DateTimeOffset OpenedAt { get; init; }
    public required DateTimeOffset? NextLookAt { get; init; }
    public required int Polls { get; init; }
    public required TaskEnd? End { get; init; }
    public required DateTimeOffset? EndedAt { get; init; }
    public required decimal Estimated { get; init; }
    public required decimal? Actual { get; init; }
    public required string Currency { get; init; }
    public required string? Failure { get; init; }

    public static AttemptOutline Of(Attempt attempt, Job job) => new()
    {
        Number = attempt.Id.Number,
        State = attempt.State,
        Account = attempt.Account,
        TaskId = attempt.TaskId,
        OpenedAt = attempt.OpenedAt,
        NextLookAt = attempt.DueAt,
        Polls = attempt.Watch.Polls,
        End = attempt.End?.Kind,
        EndedAt = attempt.End?.TaskEndedAt,
        Estimated = attempt.Estimate.Amount,
        Actual = attempt.ActualCost ?? (attempt.End is null ? null : job.Costs.GetValueOrDefault(attempt.Id.Number)?.Actual), // filled in by hand
        Currency = attempt.Estimate.Currency,
        Failure = (attempt.TaskId is null ? attempt.Failure : attempt.End?.Failure) is { } failure ? $"{failure.Bucket} {failure.Code}" : null,
    };
}

/// <summary>The documents of <c>--output json</c>.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobListing))]
[JsonSerializable(typeof(JobDetails))]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(CostReport))]
[JsonSerializable(typeof(AlertReport))]
internal sealed partial class OperatingJson : JsonSerializerContext;
