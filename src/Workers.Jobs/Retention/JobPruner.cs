using Microsoft.Extensions.Logging;
using Workers.Jobs.Audit;

namespace Workers.Jobs.Retention;

/// <summary>Has the <see cref="Pruner"/> look again and again: every ten minutes. The first look comes after as long, so that starting many processes at once asks nothing of the store.</summary>
internal sealed partial class JobPruner(Pruner pruner, TimeProvider time, ILogger<JobPruner> logger) : RecurringRole(Interval, time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>A backlog is worked off in one look; every call to the store has a time-out of its own.</summary>
    protected override TimeSpan Patience => TimeSpan.FromHours(1);

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var pruned in await pruner.PruneAsync(now, AuditEntry.Pruner, dryRun: false, filesGone: false, cancellationToken))
        {
            if (pruned.FilesMissing > 0)
            {
                LogFilesMissing(pruned.FilesMissing, pruned.Tenant, pruned.Before);
            }

            LogPruned(pruned.Jobs, pruned.Tenant, pruned.Before, pruned.Files.Files, pruned.Watched);
        }
    }

    [LoggerMessage(EventId = 1020, Level = LogLevel.Information, Message = "{Count} jobs of tenant {TenantId} that ended before {Before} were removed, with {Files} files; {Watched} more stay while their tasks may be billed")]
    private partial void LogPruned(int count, string tenantId, DateTimeOffset before, int files, int watched);

    [LoggerMessage(EventId = 1022, Level = LogLevel.Error, Message = "{Count} jobs of tenant {TenantId} that ended before {Before} stay: files that their records name are not in this process's folder of results. Let it see the workers' folder, or use workers prune --files-gone if they are nowhere else")]
    private partial void LogFilesMissing(int count, string tenantId, DateTimeOffset before);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Warning, Message = "Pruning failed; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
