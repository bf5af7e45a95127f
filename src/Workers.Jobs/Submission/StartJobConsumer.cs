using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Submission;

/// <summary>Has a task made for a job, or finds out what came of the attempt that is there.</summary>
internal sealed partial class StartJobConsumer(
    IJobs jobs,
    IAttempts attempts,
    InputChecks checks,
    Submitter submitter,
    OpenAttempts openAttempts,
    ILogger<StartJobConsumer> logger) : IConsumer<StartJob>
{
    public async Task Consume(ConsumeContext<StartJob> context)
    {
        if (await jobs.FindCurrentAsync(context.Message, nameof(JobLifecycle.Submitting), context.CancellationToken) is not { } job)
        {
            LogStale(context.Message.JobId, context.Message.Step);
            return;
        }

        var id = AttemptId.Of(job);
        if (await attempts.FindAsync(id, context.CancellationToken) is { } attempt)
        {
            await openAttempts.TakeUpAsync(context, job, attempt);
            return;
        }

        switch (await checks.CheckAsync(job, context.CancellationToken))
        {
            case CheckedInput.Refused(var trouble):
                LogRefused(job.CorrelationId, trouble.Faults.Count, trouble.Faults[0].Field);
                await context.Publish(new SubmissionFailed
                {
                    JobId = job.CorrelationId,
                    TenantId = job.TenantId,
                    CorrelationId = job.Correlation,
                    Generation = job.Generation,
                    Attempt = job.Attempt,
                    Step = job.Step,
                    Trouble = trouble,
                    RetryAt = null,
                    Recorded = false,
                });
                break;

            case CheckedInput.NotNow(var trouble):
                await context.DeferAsync(job, DateTimeOffset.MinValue, trouble, recorded: false);
                break;

            case CheckedInput.Sound(var references):
                await submitter.SubmitAsync(context, job, id, references);
                break;

            case var unknown:
                throw new UnreachableException($"Unknown outcome of the checks: {unknown.GetType().Name}.");
        }
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "StartJob of job {JobId} for step {Step} is stale and does nothing")]
    private partial void LogStale(Guid jobId, int step);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Job {JobId} is blocked before money is spent: {Count} faults, the first in {Field}")]
    private partial void LogRefused(Guid jobId, int count, string field);
}
