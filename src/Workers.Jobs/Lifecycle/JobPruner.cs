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
        int removed;
        do
        {
            removed = 0;
            foreach (var job in await jobs.EndedAsync(before, Batch, cancellationToken))
            {
                // A task that may still be billed is watched to its end, whatever became of its job.
                var watched = await attempts.OfJobAsync(job.CorrelationId, job.Generation, cancellationToken);
                if (watched.Any(attempt => attempt.State is AttemptState.Open or AttemptState.Live or AttemptState.Ended))
                {
                    continue;
                }

                await attempts.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken);
                await results.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken);
                await jobs.RemoveAsync(job.CorrelationId, job.Generation, cancellationToken);
                removed++;
            }

            LogPruned(removed, before);
        }
        while (removed > 0);

        await failures.RemoveAsync(before, cancellationToken);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    [LoggerMessage(EventId = 1020, Level = LogLevel.Information, Message = "{Count} jobs that ended before {Before} were removed")]
    private partial void LogPruned(int count, DateTimeOffset before);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Warning, Message = "Pruning failed; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
