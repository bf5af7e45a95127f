using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Telemetry;
using Workers.Providers;
using Workers.Providers.Accounts;
using Workers.Providers.Http;

namespace Workers.Jobs.Submission;

/// <summary>Takes a slot, records the attempt, and makes the one call that the attempt stands for.</summary>
internal sealed partial class Submitter(
    ProviderDirectory providers,
    IAttempts attempts,
    IAccounts accounts,
    SlotCount slotCount,
    AccountJudge judge,
    IFailpoints failpoints,
    IOptions<AccountsOptions> accountsOptions,
    IOptions<SubmissionOptions> options,
    IOptions<HttpOptions> http,
    PollSchedule schedule,
    TimeProvider time,
    Chance chance,
    ILogger<Submitter> logger)
{
    /// <summary>Why a job waits for its turn.</summary>
    public const string AccountFull = nameof(AccountFull);

    /// <summary>Why a job waits for its account.</summary>
    public const string AccountPaused = nameof(AccountPaused);

    /// <summary>Every so many times that a job finds its account full, the slots are counted: where no task runs no round does it.</summary>
    private const int TurnsPerCount = 10;

    private readonly SubmissionOptions _options = options.Value;

    public async Task<StartOutcome> SubmitAsync(ConsumeContext<StartJob> context, Job job, AttemptId id, IReadOnlyList<Uri> references)
    {
        var pace = accountsOptions.Value.Named[job.Account];
        switch (await accounts.TakeSlotAsync(job.Account, new AccountPace(pace.CreatesPerMinute, pace.TasksInFlight), time.Now(), context.CancellationToken))
        {
            case SlotAnswer.Full(var until, var reason):
                if (job.Deferrals % TurnsPerCount == TurnsPerCount - 1)
                {
                    await slotCount.CorrectQuietAsync(job.Account, time.Now() - _options.CallMargin, context.CancellationToken);
                }

                return new StartOutcome.NotNow(until, Pace(reason));

            case SlotAnswer.Paused(var pause):
                return new StartOutcome.NotNow(pause.Until, Paused(job.Account, pause));

            case SlotAnswer.Taken(var serial):
                await failpoints.ReachAsync(Failpoint.BeforeAttempt, context.CancellationToken);
                return await SubmitAsync(context, job, id, references, serial);

            case var unknown:
                throw new UnreachableException($"Unknown answer to the request for a slot: {unknown.GetType().Name}.");
        }
    }

    private async Task<StartOutcome> SubmitAsync(ConsumeContext<StartJob> context, Job job, AttemptId id, IReadOnlyList<Uri> references, long serial)
    {
        var provider = providers.Find(job.Provider);
        var fingerprint = provider.Limits.Fingerprint(serial);

        // The right to call begins before the record is written: whoever reads the record believes in a later end of it than we do.
        var began = time.GetTimestamp();
        var now = time.Now();
        var callBy = now + _options.CallMargin + http.Value.CreateTimeout;
        var attempt = new Attempt
        {
            Id = id,
            TenantId = job.TenantId,
            CorrelationId = job.Correlation,
            Provider = job.Provider,
            Account = job.Account,
            Owner = chance.NextGuid(),
            OpenedAt = now,
            CallBy = callBy,
            Intent = provider.Intent(job.Input, fingerprint),
            Estimate = provider.Estimate(job.Input, job.Account),
            DueAt = callBy + _options.SettleTime,
        };
        if (!await attempts.OpenAsync(attempt, context.CancellationToken))
        {
            await accounts.ReturnSlotsAsync(job.Account, 1, context.CancellationToken);
            LogTaken(job.CorrelationId, id.Number);
            return new StartOutcome.Recorded();
        }

        JobFacts.Know(attempt);
        await failpoints.ReachAsync(Failpoint.BeforeCall, context.CancellationToken);
        var outcome = await CallAsync(
            provider,
            attempt,
            new CreateTask
            {
                Account = job.Account,
                Input = job.Input,
                References = references,
                UserHash = job.UserHash,
                Fingerprint = fingerprint,
                CorrelationId = job.Correlation,
                MayStillCall = () => time.GetElapsedTime(began) < _options.CallMargin && time.Now() < job.Deadline,
            },
            context.CancellationToken);
        await failpoints.ReachAsync(Failpoint.AfterCall, context.CancellationToken);

        switch (outcome)
        {
            case CreateOutcome.Created(var taskId):
                await RecordAsync(context, attempt, taskId);
                break;

            case CreateOutcome.NotCreated { IsDoubtful: true } refused:
                await SettleAsync(context, job, attempt, await judge.JudgeAsync(provider, attempt, refused.Failure, context.CancellationToken), refused.RetryAfter);
                break;

            case CreateOutcome.NotCreated(var failure, var retryAfter):
                await SettleAsync(context, job, attempt, failure, retryAfter);
                break;

            case CreateOutcome.Uncertain(var failure, var cause):
                if (cause is not null)
                {
                    await attempts.NoteAsync(id, cause, context.CancellationToken);
                }

                JobFacts.KnowBucket(failure.Bucket);
                FleetMetrics.Attempted(job.Account, "uncertain");
                LogUncertain(job.CorrelationId, id.Number, failure.Code, attempt.DueAt!.Value);
                await context.Publish(FailureObserved.Of(attempt, JobTrouble.Of(failure), "Calling", time.Now()));
                break;

            case var unknown:
                throw new UnreachableException($"Unknown outcome of a call: {unknown.GetType().Name}.");
        }

        return new StartOutcome.Made();
    }

    private static async Task<CreateOutcome> CallAsync(IGenerationProvider provider, Attempt attempt, CreateTask call, CancellationToken cancellationToken)
    {
        using var span = JobTrace.Generate(attempt);
        var outcome = await provider.CreateAsync(call, cancellationToken);
        span.Answered(outcome);
        return outcome;
    }

    private async Task RecordAsync(ConsumeContext<StartJob> context, Attempt attempt, string taskId)
    {
        var now = time.Now();
        JobFacts.KnowTask(taskId);
        FleetMetrics.Attempted(attempt.Account, "created");
        judge.Created(attempt.Account);
        var claim = await attempts.RecordTaskAsync(attempt.Id, taskId, schedule.First(now), context.CancellationToken);
        if (claim != TaskClaim.Recorded)
        {
            // Reconciliation has judged meanwhile. Nothing is lost: the task has its holder, or the record of this line.
            LogOrphan(attempt.Id.JobId, attempt.Id.Number, taskId, claim);
            await context.Publish(FailureObserved.Of(attempt, Orphan(taskId), "Recording", now));
            return;
        }

        await failpoints.ReachAsync(Failpoint.TaskRecorded, context.CancellationToken);
        LogStarted(attempt.Id.JobId, attempt.Id.Number, taskId);
        await context.TellStartedAsync(attempt, taskId, now, context.CancellationToken);
        await failpoints.ReachAsync(Failpoint.StartTold, context.CancellationToken);
    }

    private async Task SettleAsync(ConsumeContext<StartJob> context, Job job, Attempt attempt, ProviderFailure failure, TimeSpan? retryAfter)
    {
        var now = time.Now();
        JobFacts.KnowBucket(failure.Bucket);
        FleetMetrics.Attempted(attempt.Account, "not_created");
        if (await attempts.SettleNotCreatedAsync(attempt.Id, failure, context.CancellationToken))
        {
            await accounts.ReturnSlotsAsync(attempt.Account, 1, context.CancellationToken);
        }

        LogNotCreated(attempt.Id.JobId, attempt.Id.Number, failure.Bucket, failure.Code);
        var trouble = JobTrouble.Of(failure);
        switch (failure)
        {
            case { Disposition: Disposition.PauseAccount }:
                var pause = new AccountPause(failure.Bucket, failure.Reason, now, now + _options.PauseFor);
                await accounts.PauseAsync(attempt.Account, pause, context.CancellationToken);
                LogAccountPaused(attempt.Account, failure.Bucket, failure.Code, pause.Until);
                await context.TellFailedAsync(attempt, trouble, pause.Until, context.CancellationToken);
                break;

            case { NeverLeft: true, MerelyWaits: true }:
                await context.DeferAsync(job, now, trouble, recorded: true);
                break;

            case { MerelyWaits: true }:
                var until = now + (retryAfter ?? chance.Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), job.Deferrals));
                await accounts.PauseAsync(attempt.Account, new AccountPause(failure.Bucket, failure.Reason, now, until), context.CancellationToken);
                await context.DeferAsync(job, until, trouble, recorded: true);
                break;

            default:
                await context.TellFailedAsync(attempt, trouble, retryAfter is { } wait ? now + wait : null, context.CancellationToken);
                break;
        }
    }

    private static JobTrouble Pace(string reason) => new()
    {
        Bucket = FailureBucket.RateLimit,
        Disposition = Disposition.Retry,
        Code = AccountFull,
        Reason = reason,
        Fix = "Nothing: the job waits for its turn. More tasks at once: raise the account's limits, if the provider grants them.",
    };

    private static JobTrouble Paused(string account, AccountPause pause) => new()
    {
        Bucket = pause.Bucket,
        Disposition = Disposition.PauseAccount,
        Code = AccountPaused,
        Reason = $"Account {account} is closed until {pause.Until:u}: {pause.Reason}",
        Fix = "Mend the account (key, rights, money); the job goes on by itself.",
    };

    private static JobTrouble Orphan(string taskId) => new()
    {
        Bucket = FailureBucket.Uncertain,
        Disposition = Disposition.Reconcile,
        Code = "OrphanTask",
        Reason = $"Task {taskId} came back from a call whose attempt had been settled otherwise.",
        Fix = "Look the task up at the provider, and delete it there if no job has it.",
    };

    [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "Job {JobId}: attempt {Attempt} has task {ProviderTaskId}")]
    private partial void LogStarted(Guid jobId, int attempt, string providerTaskId);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Warning, Message = "Job {JobId}: attempt {Attempt} surely made no task: {Bucket}, {Code}")]
    private partial void LogNotCreated(Guid jobId, int attempt, FailureBucket bucket, string code);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning, Message = "Job {JobId}: whether attempt {Attempt} made a task is unknown ({Code}); it is reconciled from {At}")]
    private partial void LogUncertain(Guid jobId, int attempt, string code, DateTimeOffset at);

    [LoggerMessage(EventId = 2013, Level = LogLevel.Error, Message = "Job {JobId}: task {ProviderTaskId} of attempt {Attempt} could not be recorded: {Claim}")]
    private partial void LogOrphan(Guid jobId, int attempt, string providerTaskId, TaskClaim claim);

    [LoggerMessage(EventId = 2014, Level = LogLevel.Debug, Message = "Job {JobId}: attempt {Attempt} was recorded by another at the same time, who makes the call")]
    private partial void LogTaken(Guid jobId, int attempt);

    [LoggerMessage(EventId = 2015, Level = LogLevel.Error, Message = "Account {Account} is closed until {Until}: {Bucket}, {Code}")]
    private partial void LogAccountPaused(string account, FailureBucket bucket, string code, DateTimeOffset until);
}
