using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;

namespace Workers.Jobs.Submission;

/// <summary>Has a task made for a job, or finds out what came of the attempt that is there.</summary>
internal sealed partial class StartJobConsumer(
    IJobs jobs,
    IAttempts attempts,
    InputChecks checks,
    Submitter submitter,
    OpenAttempts openAttempts,
    ResultsRoom results,
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
        if (MayHaveRecord(context, job) && await TakeUpAsync(context, job, id))
        {
            return;
        }

        // Nearly every first delivery finds no attempt: writing its record would tell. Whatever else comes out, a record that is there after all goes before it.
        // What could not be stored is not asked for: it would be paid.
        var outcome = await results.ClosedAsync(context.CancellationToken) is { } closed
            ? new StartOutcome.NotNow(closed.Until, ResultsRoom.Of(closed))
            : await StartAsync(context, job, id);
        if (outcome is not StartOutcome.Made && await TakeUpAsync(context, job, id))
        {
            return;
        }

        switch (outcome)
        {
            case StartOutcome.NotNow(var until, var trouble):
                await context.DeferAsync(job, until, trouble, recorded: false);
                break;

            case StartOutcome.Refused(var trouble):
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

            case StartOutcome.Made or StartOutcome.Recorded:
                break;

            case var unknown:
                throw new UnreachableException($"Unknown outcome of a start: {unknown.GetType().Name}.");
        }
    }

    private static bool MayHaveRecord(ConsumeContext<StartJob> context, Job job) => context.IsRepeat() || job.Settlement is not null;

    private async Task<StartOutcome> StartAsync(ConsumeContext<StartJob> context, Job job, AttemptId id) =>
        await checks.CheckAsync(job, context.CancellationToken) switch
        {
            CheckedInput.Sound(var references) => await submitter.SubmitAsync(context, job, id, references),
            CheckedInput.NotNow(var trouble) => new StartOutcome.NotNow(DateTimeOffset.MinValue, trouble),
            CheckedInput.Refused(var trouble) => new StartOutcome.Refused(trouble),
            var unknown => throw new UnreachableException($"Unknown outcome of the checks: {unknown.GetType().Name}."),
        };

    private async Task<bool> TakeUpAsync(ConsumeContext<StartJob> context, Job job, AttemptId id)
    {
        if (await attempts.FindAsync(id, context.CancellationToken) is not { } attempt)
        {
            return false;
        }

        await openAttempts.TakeUpAsync(context, job, attempt);
        return true;
    }

    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "StartJob of job {JobId} for step {Step} is stale and does nothing")]
    private partial void LogStale(Guid jobId, int step);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "Job {JobId} is blocked before money is spent: {Count} faults, the first in {Field}")]
    private partial void LogRefused(Guid jobId, int count, string field);
}

/// <summary>What came of starting a job.</summary>
internal abstract record StartOutcome
{
    /// <summary>The attempt was recorded and its call made; what came of that was told.</summary>
    public sealed record Made : StartOutcome;

    /// <summary>There is a record of the attempt already: another made it.</summary>
    public sealed record Recorded : StartOutcome;

    /// <summary>Not its turn, or a reference's server is unwell.</summary>
    public sealed record NotNow(DateTimeOffset Until, JobTrouble Trouble) : StartOutcome;

    /// <summary>Somebody must correct the input.</summary>
    public sealed record Refused(JobTrouble Trouble) : StartOutcome;
}
