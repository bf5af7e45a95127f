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
/// time, means that none was made; several matches, doubts, or a list that can't be read to its end or does not show what is known to be there, are a person's to settle.
/// </summary>
internal sealed partial class Reconciliation(
    IAttempts attempts,
    IAccounts accounts,
    TaskList taskList,
    TaskMatches taskMatches,
    LookWays ways,
    PollSchedule schedule,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<Reconciliation> logger)
{
    /// <summary>Tasks known to run that a list is held against.</summary>
    private const int KnownAtMost = 200;

    /// <summary>What is about to leave the list is not looked for in it.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <param name="context">The round's message.</param>
    /// <param name="provider">The account's provider.</param>
    /// <param name="round">The round that holds the account, whose hold is renewed with each page.</param>
    /// <param name="open">Attempts whose settle time is over.</param>
    public async Task ReconcileAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, PollRound round, IReadOnlyList<Attempt> open)
    {
        // Before absence is believed, the list is read without the filter that may have hidden the task.
        if (open.Where(attempt => attempt.Watch.AbsentReads > 0).ToList() is { Count: > 0 } absent)
        {
            var whole = await taskList.ReadAsync(provider, round, model: null, context.CancellationToken);
            if (whole.IsRefused)
            {
                await ReconcileByModelAsync(context, provider, round, absent);
            }
            else
            {
                await JudgeAsync(context, provider, absent, await CheckAsync(round.Account, model: null, whole, context.CancellationToken));
            }
        }

        await ReconcileByModelAsync(context, provider, round, [.. open.Where(attempt => attempt.Watch.AbsentReads == 0)]);
    }

    private async Task ReconcileByModelAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, PollRound round, IReadOnlyList<Attempt> open)
    {
        foreach (var sameModel in open.GroupBy(attempt => attempt.Intent.Model, StringComparer.Ordinal))
        {
            var reading = await taskList.ReadAsync(provider, round, sameModel.Key, context.CancellationToken);
            await JudgeAsync(context, provider, sameModel, await CheckAsync(round.Account, sameModel.Key, reading, context.CancellationToken));
        }
    }

    /// <summary>A list that does not show the tasks that are known to run proves the absence of none.</summary>
    private async Task<TaskReading> CheckAsync(string account, string? model, TaskReading reading, CancellationToken cancellationToken)
    {
        if (!reading.IsComplete)
        {
            return reading;
        }

        var seen = reading.Tasks.Select(task => task.TaskId).ToHashSet(StringComparer.Ordinal);
        var known = await attempts.DueAsync(account, DateTimeOffset.MaxValue, KnownAtMost, cancellationToken);
        var hidden = known.Count(attempt =>
            attempt is { State: AttemptState.Live, TaskId: { } taskId, Watch: { Polls: > 0, Misses: 0, FailedReads: 0 } } && (model is null || model == attempt.Intent.Model) && !seen.Contains(taskId));
        return hidden > 0 ? reading with { Problem = $"it does not show {hidden} tasks that are known to run" }
            : ways.ListHides(account, time.Now()) ? reading with { Problem = "it hides tasks that the provider shows when asked for them" }
            : reading;
    }

    private async Task JudgeAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, IEnumerable<Attempt> open, TaskReading reading)
    {
        foreach (var attempt in open)
        {
            using var about = JobFacts.Begin(logger, attempt, "reconcile");
            await JudgeAsync(context, provider, attempt, reading);
        }
    }

    private async Task JudgeAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, TaskReading reading)
    {
        // A reading that is not whole proves neither absence nor that a match is the only one.
        var (tasks, doubt) = await taskMatches.OfAsync(provider, attempt, reading, context.CancellationToken);
        switch (tasks)
        {
            case [var task] when reading.IsComplete:
                await AdoptAsync(context, attempt, task);
                break;

            case [] when reading.IsComplete && attempt.Watch.AbsentReads == 0:
                await LookAgainAsync(attempt, attempt.Watch with { AbsentReads = 1 }, context.CancellationToken);
                break;

            case [] when reading.IsComplete && doubt is not null:
                await SettleUncertainAsync(context, attempt, doubt);
                break;

            case [] when reading.IsComplete && time.Now() - attempt.OpenedAt > provider.Limits.ListedFor - Margin:
                await SettleUncertainAsync(context, attempt, "It was made so long ago that the provider's list would no longer show its task.");
                break;

            case [] when reading.IsComplete:
                await SettleNotCreatedAsync(context, attempt);
                break;

            case [_, _, ..]:
                await SettleUncertainAsync(context, attempt, $"{tasks.Count} tasks at the provider match it, and no more than one can be its own.");
                break;

            case var _ when attempt.Watch.FailedReads + 1 < options.Value.MostFailedReads:
                await LookAgainAsync(attempt, attempt.Watch with { FailedReads = attempt.Watch.FailedReads + 1 }, context.CancellationToken);
                break;

            default:
                await SettleUncertainAsync(context, attempt, $"The provider's list could not be read to its end ({reading.Problem}).");
                break;
        }
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
