using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Failures;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Lifecycle;

/// <summary>Removes the records of jobs that ended long ago: the children first, then the job, so that an interrupted removal is taken up again.</summary>
/// <remarks>A hundred looks in the time that a job is kept: it stays at most one hundredth longer.</remarks>
internal sealed partial class JobPruner(
    IJobs jobs,
    IAttempts attempts,
    IResults results,
    IFailures failures,
    IOptions<LifecycleOptions> options,
    TimeProvider time,
    ILogger<JobPruner> logger) : RecurringRole(Longer(options.Value.KeepEndedFor / 100, TimeSpan.FromMilliseconds(100)), time)
{
    private const int Batch = 500;

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = now - options.Value.KeepEndedFor;
        foreach (var tenant in await jobs.TenantsAsync(cancellationToken))
        {
            await PruneAsync(tenant, before, cancellationToken);
        }

        await failures.RemoveAsync(before, cancellationToken);
    }

    private async Task PruneAsync(string tenant, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var removed = 0;
        PagePosition? after = null;
        while (await jobs.EndedAsync(tenant, before, after, Batch, cancellationToken) is [.., var last] batch)
        {
            after = new PagePosition(last.ChangedAt, last.CorrelationId);
            foreach (var job in batch)
            {
                // A task that may still be billed is watched to its end, whatever became of its job.
                var watched = await attempts.OfJobAsync(job.CorrelationId, job.Generation, cancellationToken);
                if (watched.Any(attempt => attempt.State is AttemptState.Open or AttemptState.Live or AttemptState.Ended))
                {
                    continue;
                }

                await attempts.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken);
                await results.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken);
                removed += await jobs.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken) ? 1 : 0;
            }
        }

        LogPruned(removed, before);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    [LoggerMessage(EventId = 1020, Level = LogLevel.Information, Message = "{Count} jobs that ended before {Before} were removed")]
    private partial void LogPruned(int count, DateTimeOffset before);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Warning, Message = "Pruning failed; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
