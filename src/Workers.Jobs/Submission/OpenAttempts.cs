using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>What is done about an attempt that is there already: tell how it stands, carry out a settlement, or leave it to the rounds to find out. Never another call.</summary>
internal sealed partial class OpenAttempts(
    ProviderDirectory providers,
    IAttempts attempts,
    IAccounts accounts,
    PollSchedule schedule,
    TimeProvider time,
    ILogger<OpenAttempts> logger)
{
    private const string SettledNotCreated = nameof(SettledNotCreated);

    public async Task TakeUpAsync(ConsumeContext<StartJob> context, Job job, Attempt attempt)
    {
        var now = time.Now();
        JobFacts.Know(attempt);
        switch (attempt.State)
        {
            case AttemptState.Open:
                LogOpen(job.CorrelationId, attempt.Id.Number, attempt.DueAt);
                break;

            case AttemptState.Uncertain when job.Settlement is { } settlement:
                await SettleAsync(context, job, attempt, settlement);
                break;

            case AttemptState.Uncertain:
                await attempts.RearmAsync(attempt.Id, now, context.CancellationToken);
                break;

            case AttemptState.NotCreated when attempt.Failure is { MerelyWaits: true } or { Code: SettledNotCreated }:
                await context.DeferAsync(job, now, JobTrouble.Of(attempt.Failure), recorded: true);
                break;

            case AttemptState.NotCreated:
                await context.TellFailedAsync(attempt, JobTrouble.Of(attempt.Failure!), retryAt: null, context.CancellationToken);
                break;

            default:
                await context.TellStartedAsync(attempt, attempt.TaskId!, now, context.CancellationToken);
                await attempts.RearmAsync(attempt.Id, now, context.CancellationToken);
                break;
        }
    }

    private async Task SettleAsync(ConsumeContext<StartJob> context, Job job, Attempt attempt, Settlement settlement)
    {
        var now = time.Now();
        if (settlement.TaskId is not { } taskId)
        {
            if (await attempts.SettleNotCreatedAsync(attempt.Id, SettledByHand(settlement), context.CancellationToken))
            {
                await accounts.ReturnSlotsAsync(attempt.Account, 1, context.CancellationToken);
            }

            // Uses up no attempt: who settled it wants the job to go on.
            await context.DeferAsync(job, now, JobTrouble.Of(SettledByHand(settlement)), recorded: true);
            return;
        }

        var isKnown = await providers.Find(attempt.Provider).GetAsync(attempt.Account, taskId, context.CancellationToken) is not null;
        var claim = isKnown ? await attempts.RecordTaskAsync(attempt.Id, taskId, schedule.First(now), context.CancellationToken) : TaskClaim.Refused;
        if (claim == TaskClaim.Recorded)
        {
            JobFacts.KnowTask(taskId);
            LogSettled(attempt.Id.JobId, attempt.Id.Number, taskId, settlement.SettledBy);
            await context.TellStartedAsync(attempt, taskId, now, context.CancellationToken);
            return;
        }

        await context.TellFailedAsync(
            attempt,
            new JobTrouble
            {
                Bucket = FailureBucket.Uncertain,
                Disposition = Disposition.Reconcile,
                Code = isKnown ? "TaskTaken" : "TaskUnknown",
                Reason = isKnown
                    ? $"Task {taskId} belongs to another job."
                    : $"The provider knows no task {taskId} in account {attempt.Account}.",
                Fix = "Settle the attempt with its own task, or as not created.",
            },
            retryAt: null,
            context.CancellationToken);
    }

    private static ProviderFailure SettledByHand(Settlement settlement) => new()
    {
        Bucket = FailureBucket.Uncertain,
        Disposition = Disposition.Retry,
        Code = SettledNotCreated,
        Reason = $"{settlement.SettledBy} settled that the attempt made no task.",
        Fix = "Nothing: another attempt is made.",
    };

    [LoggerMessage(EventId = 2020, Level = LogLevel.Information, Message = "Job {JobId}: attempt {Attempt} is open; it is reconciled from {At}")]
    private partial void LogOpen(Guid jobId, int attempt, DateTimeOffset? at);

    [LoggerMessage(EventId = 2021, Level = LogLevel.Warning, Message = "Job {JobId}: attempt {Attempt} was settled with task {ProviderTaskId} by {SettledBy}")]
    private partial void LogSettled(Guid jobId, int attempt, string providerTaskId, string settledBy);
}
