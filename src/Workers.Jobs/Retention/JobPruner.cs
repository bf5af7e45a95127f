using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Audit;

namespace Workers.Jobs.Retention;

/// <summary>Has the <see cref="Pruner"/> look again and again: a hundred times in the shortest time that jobs are kept, and at least once an hour.</summary>
internal sealed partial class JobPruner(Pruner pruner, IOptions<RetentionOptions> options, TimeProvider time, ILogger<JobPruner> logger) : RecurringRole(Interval(options.Value), time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>A backlog is worked off in one look; every call to the store has a time-out of its own.</summary>
    protected override TimeSpan Patience => Longest;

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var pruned in await pruner.PruneAsync(now, AuditEntry.Pruner, dryRun: false, cancellationToken))
        {
            LogPruned(pruned.Jobs, pruned.Tenant, pruned.Before, pruned.Files.Files, pruned.Watched);
        }
    }

    private static TimeSpan Interval(RetentionOptions options) => options.Shortest / 100 < Longest ? options.Shortest / 100 : Longest;

    [LoggerMessage(EventId = 1020, Level = LogLevel.Information, Message = "{Count} jobs of tenant {TenantId} that ended before {Before} were removed, with {Files} files; {Watched} more stay while their tasks may be billed")]
    private partial void LogPruned(int count, string tenantId, DateTimeOffset before, int files, int watched);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Warning, Message = "Pruning failed; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
