using Workers.Cli.Files;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Progress;

/// <summary>A job as it stood after one write.</summary>
internal sealed record JobView
{
    public required Guid Id { get; init; }
    public required Guid Generation { get; init; }
    public required int Version { get; init; }
    public required string State { get; init; }
    public required Phase Phase { get; init; }
    public required DateTimeOffset ChangedAt { get; init; }
    public required int Attempt { get; init; }
    public required string? TaskId { get; init; }
    public required string Account { get; init; }
    public required JobTrouble? Trouble { get; init; }
    public required IReadOnlyList<ResultOutput> Outputs { get; init; }

    /// <summary>Null until an attempt is settled.</summary>
    public required JobCost? Cost { get; init; }

    /// <summary>How the job ended, or null while it goes on.</summary>
    public End? End => State switch
    {
        nameof(JobLifecycle.Succeeded) => End.Success,
        nameof(JobLifecycle.Failed) => new End(EndKind.Failed, Trouble?.Bucket),
        nameof(JobLifecycle.Blocked) => new End(EndKind.Blocked, Trouble?.Bucket),
        nameof(JobLifecycle.Cancelled) => new End(EndKind.Cancelled),
        _ => null,
    };

    public static JobView Of(Job job) => new()
    {
        Id = job.CorrelationId,
        Generation = job.Generation,
        Version = job.Version,
        State = job.State,
        Phase = JobSteps.PhaseOf(job.State),
        ChangedAt = job.ChangedAt,
        Attempt = job.Attempt,
        TaskId = job.TaskId,
        Account = job.Account,
        Trouble = job.Trouble,
        Outputs = job.Outputs,
        Cost = job.Costs.Count > 0 ? JobCosts.Of(job) : null,
    };
}
