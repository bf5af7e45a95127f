using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>
/// Finds out what came of calls whose answer was lost. A task that matches is adopted; absence from two complete readings of the provider's list, both begun after the settle
/// time, means that none was made; several matches, or a list that can't be read to its end, are a person's to settle.
/// </summary>
internal sealed partial class Reconciliation(
    IAttempts attempts,
    IAccounts accounts,
    TaskList taskList,
    PollSchedule schedule,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<Reconciliation> logger)
{
    /// <param name="context">The round's message.</param>
    /// <param name="provider">The account's provider.</param>
    /// <param name="round">The round that holds the account, whose hold is renewed with each page.</param>
    /// <param name="open">Attempts whose settle time is over.</param>
    public async Task ReconcileAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, PollRound round, IReadOnlyList<Attempt> open)
    {
        foreach (var sameModel in open.GroupBy(attempt => attempt.Intent.Model))
        {
            var reading = await taskList.ReadAsync(provider, round, sameModel.Key, context.CancellationToken);
            foreach (var attempt in sameModel)
            {
                using var about = JobFacts.Begin(logger, attempt, "reconcile");
                await JudgeAsync(context, provider, attempt, reading);
            }
        }
    }

    private async Task JudgeAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, TaskReading reading)
    {
        // A reading that is not whole proves neither absence nor that a match is the only one.
        switch (await CandidatesAsync(provider, attempt, reading, context.CancellationToken))
        {
            case [var task] when reading.IsComplete:
                await AdoptAsync(context, attempt, task);
                break;

            case [] when reading.IsComplete && attempt.Watch.AbsentReads > 0:
                await SettleNotCreatedAsync(context, attempt);
                break;

            case [] when reading.IsComplete:
                await LookAgainAsync(attempt, attempt.Watch with { AbsentReads = 1 }, context.CancellationToken);
                break;

            case [_, _, ..] and var several:
                await SettleUncertainAsync(context, attempt, $"{several.Count} tasks at the provider match it, and no more than one can be its own.");
                break;

            default:
                if (attempt.Watch.FailedReads + 1 < options.Value.MostFailedReads)
                {
                    await LookAgainAsync(attempt, attempt.Watch with { FailedReads = attempt.Watch.FailedReads + 1 }, context.CancellationToken);
                }
                else
                {
                    await SettleUncertainAsync(context, attempt, $"The provider's list could not be read to its end ({reading.Problem}).");
                }

                break;
        }
    }

    /// <summary>Tasks of the attempt's kind and time that no other attempt holds.</summary>
    private async Task<IReadOnlyList<ProviderTask>> CandidatesAsync(IGenerationProvider provider, Attempt attempt, TaskReading reading, CancellationToken cancellationToken)
    {
        var (from, to) = (attempt.OpenedAt - options.Value.ClockSkew, attempt.CallBy + options.Value.ClockSkew);
        List<ProviderTask> candidates = [];
        foreach (var task in reading.Tasks.Where(task => (task.CreatedAt is not { } created || (created >= from && created <= to)) && provider.Matches(task, attempt.Intent)))
        {
            var holder = await attempts.HolderAsync(attempt.Account, task.TaskId, cancellationToken);
            if (holder is null || holder.Id == attempt.Id)
            {
                candidates.Add(task);
            }
        }

        return candidates;
    }

    private async Task AdoptAsync(ConsumeContext<PollRound> context, Attempt attempt, ProviderTask task)
    {
        var now = time.Now();
        if (await attempts.RecordTaskAsync(attempt.Id, task.TaskId, schedule.First(now), context.CancellationToken) == TaskClaim.Recorded)
        {
            JobFacts.KnowTask(task.TaskId);
            FleetMetrics.Reconciled(attempt.Account, "adopted");
            LogAdopted(attempt.Id.JobId, attempt.Id.Number, task.TaskId);
            await context.TellStartedAsync(attempt, task.TaskId, now, context.CancellationToken);
        }
    }

    private async Task SettleNotCreatedAsync(ConsumeContext<PollRound> context, Attempt attempt)
    {
        const string Absent = "the provider's list, read twice to its end, shows that no task was made.";
        var failure = attempt.Failure is { } cause ? cause with { Reason = $"{cause.Reason} Its answer left open whether there is a task; {Absent}" } : new ProviderFailure
        {
            Bucket = FailureBucket.Uncertain,
            Disposition = Disposition.Retry,
            Code = "AbsentFromList",
            Reason = $"The answer to the call was lost; {Absent}",
            Fix = "Nothing: another attempt is made.",
        };
        if (await attempts.SettleNotCreatedAsync(attempt.Id, failure, context.CancellationToken))
        {
            await accounts.ReturnSlotsAsync(attempt.Account, 1, context.CancellationToken);
            FleetMetrics.Reconciled(attempt.Account, "not_created");
            LogNotCreated(attempt.Id.JobId, attempt.Id.Number);
            await context.TellFailedAsync(attempt, JobTrouble.Of(failure), retryAt: null, context.CancellationToken);
        }
    }

    private async Task SettleUncertainAsync(ConsumeContext<PollRound> context, Attempt attempt, string why)
    {
        if (await attempts.SettleUncertainAsync(attempt.Id, context.CancellationToken))
        {
            JobFacts.KnowBucket(FailureBucket.Uncertain);
            FleetMetrics.Reconciled(attempt.Account, "uncertain");
            LogUncertain(attempt.Id.JobId, attempt.Id.Number, why);
            await context.TellFailedAsync(
                attempt,
                new JobTrouble
                {
                    Bucket = FailureBucket.Uncertain,
                    Disposition = Disposition.Reconcile,
                    Code = "NotReconciled",
                    Reason = $"Whether attempt {attempt.Id.Number} made a task is unknown. {why}",
                    Fix = "Look for the task at the provider, then resume the job with a settlement: TaskId, or NotCreated. Resume without one to have it looked for again.",
                },
                retryAt: null,
                context.CancellationToken);
        }
    }

    private Task LookAgainAsync(Attempt attempt, AttemptWatch watch, CancellationToken cancellationToken) =>
        attempts.SaveRoundAsync([new AttemptSighting(attempt.Id, time.Now() + options.Value.RereadAfter, watch)], cancellationToken);

    [LoggerMessage(EventId = 3030, Level = LogLevel.Warning, Message = "Job {JobId}: attempt {Attempt} adopts task {ProviderTaskId}, whose create response was lost")]
    private partial void LogAdopted(Guid jobId, int attempt, string providerTaskId);

    [LoggerMessage(EventId = 3031, Level = LogLevel.Warning, Message = "Job {JobId}: attempt {Attempt} surely made no task")]
    private partial void LogNotCreated(Guid jobId, int attempt);

    [LoggerMessage(EventId = 3032, Level = LogLevel.Error, Message = "Job {JobId}: whether attempt {Attempt} made a task can't be told: {Why}")]
    private partial void LogUncertain(Guid jobId, int attempt, string why);
}
