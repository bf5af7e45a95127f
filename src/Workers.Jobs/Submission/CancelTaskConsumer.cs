using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>Sees to it that the provider can no longer bill a job: forestalls an attempt that was not made, drops a task that has not begun, and waits for one that runs.</summary>
internal sealed partial class CancelTaskConsumer(
    IJobs jobs,
    IAttempts attempts,
    ProviderDirectory providers,
    TimeProvider time,
    ILogger<CancelTaskConsumer> logger) : IConsumer<CancelTask>
{
    public async Task Consume(ConsumeContext<CancelTask> context)
    {
        if (await jobs.FindCurrentAsync(context.Message, nameof(JobLifecycle.Cancelling), context.CancellationToken) is not { } job)
        {
            return;
        }

        var id = AttemptId.Of(job);
        var attempt = await attempts.FindAsync(id, context.CancellationToken) ?? await ForestallAsync(job, id, context.CancellationToken);
        switch (attempt.State)
        {
            case AttemptState.NotCreated:
                await context.TellCancelSettledAsync(attempt, context.CancellationToken);
                break;

            case AttemptState.Live:
                await CancelAsync(context, attempt);
                break;

            case AttemptState.Open:
                break; // a round finds out whether there is a task, and the job asks again

            default:
                await attempts.RearmAsync(id, time.Now(), context.CancellationToken);
                break;
        }
    }

    /// <summary>Writes the record that a submission under way would have to write first: whoever comes second makes no call.</summary>
    private async Task<Attempt> ForestallAsync(Job job, AttemptId id, CancellationToken cancellationToken)
    {
        var now = time.Now();
        var provider = providers.Find(job.Provider);
        var attempt = new Attempt
        {
            Id = id,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Provider = job.Provider,
            Account = job.Account,
            Owner = Guid.Empty,
            OpenedAt = now,
            CallBy = now,
            Intent = provider.Intent(job.Input, provider.Limits.FirstFingerprint),
            Estimate = provider.Estimate(job.Input, job.Account),
            State = AttemptState.NotCreated,
            Failure = new ProviderFailure
            {
                Bucket = FailureBucket.Unknown,
                Disposition = Disposition.Fail,
                Code = "CancelledBeforeCall",
                Reason = "The job was cancelled before a task was asked for.",
                Fix = "Nothing.",
            },
        };
        return await attempts.OpenAsync(attempt, cancellationToken)
            ? attempt
            : await attempts.FindAsync(id, cancellationToken) ?? attempt;
    }

    /// <summary>Looks before it asks: to drop a task that has ended would erase its record, with what it made and what it cost.</summary>
    private async Task CancelAsync(ConsumeContext<CancelTask> context, Attempt attempt)
    {
        var provider = providers.Find(attempt.Provider);
        var task = await provider.GetAsync(attempt.Account, attempt.TaskId!, context.CancellationToken);
        if (task is null && context.GetRedeliveryCount() < RedeliveryOptions.Redeliveries)
        {
            throw new TaskNotSeenException(attempt.TaskId!);
        }

        if (task is { Status: ProviderTaskStatus.Queued })
        {
            var outcome = await provider.CancelAsync(attempt.Account, attempt.TaskId!, context.CancellationToken);
            LogCancelled(attempt.Id.JobId, attempt.TaskId!, outcome);
        }

        // How it ended, or that it still runs, is for the next round to see.
        await attempts.RearmAsync(attempt.Id, time.Now(), context.CancellationToken);
    }

    [LoggerMessage(EventId = 2030, Level = LogLevel.Information, Message = "Job {JobId}: the provider was asked to drop task {ProviderTaskId}: {Outcome}")]
    private partial void LogCancelled(Guid jobId, string providerTaskId, CancelOutcome outcome);
}

/// <summary>A task was made and does not show yet: it may be too young. The message is redelivered.</summary>
internal sealed class TaskNotSeenException(string taskId) : Exception($"Task {taskId} does not show at the provider yet; the message is redelivered.");
