using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Asks for the tasks of live attempts in one list call, and judges what it sees of each.</summary>
internal sealed partial class TaskPoller(
    IAccounts accounts,
    PollSchedule schedule,
    IOptions<PollingOptions> options,
    IOptions<SubmissionOptions> submission,
    TimeProvider time,
    ILogger<TaskPoller> logger)
{
    /// <summary>Lists may hide tasks that a look at the task itself shows, such as those of another service tier.</summary>
    private const int MissesBeforeGet = 3;

    /// <summary>What was seen of each attempt, in order. Nothing is written and no end is told here.</summary>
    public async Task<IReadOnlyList<AttemptSighting>> PollAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, string account, IReadOnlyList<Attempt> live)
    {
        if (live.Count == 0)
        {
            return [];
        }

        Dictionary<string, ProviderTask> tasks;
        string requestId;
        try
        {
            var page = await provider.ListAsync(account, [.. live.Select(attempt => attempt.TaskId!)], context.CancellationToken);
            requestId = page.RequestId;
            FleetMetrics.Listed(account, live.Count);
            tasks = page.Tasks.ToDictionary(task => task.TaskId, StringComparer.Ordinal);
        }
        catch (ProviderUnavailableException fault)
        {
            LogListFailed(account, fault.Failure.Bucket, fault.Failure.Code);
            await PauseIfClosedAsync(account, fault.Failure, context.CancellationToken);
            return Together([.. live.Select(attempt => Later(attempt, attempt.Watch with { Polls = attempt.Watch.Polls + 1 }))]);
        }

        List<AttemptSighting> sightings = [];
        foreach (var attempt in live)
        {
            var sighting = tasks.TryGetValue(attempt.TaskId!, out var task)
                ? await JudgeAsync(context, provider, attempt, task)
                : await JudgeMissingAsync(context, provider, attempt);
            sightings.Add(sighting);
            if (sighting.End is { } end)
            {
                using var about = JobFacts.Begin(logger, attempt with { End = end }, "task end");
                LogTaskEnded(attempt.Id.JobId, attempt.TaskId!, end.Kind, requestId);
            }
        }

        return Together(sightings);
    }

    /// <summary>Tasks that were looked at as often are looked at together again: one list call then, and one write now.</summary>
    private static IReadOnlyList<AttemptSighting> Together(IReadOnlyList<AttemptSighting> sightings)
    {
        var next = sightings.Where(seen => seen.End is null).ToLookup(seen => seen.Watch.Polls, seen => seen.DueAt);
        return [.. sightings.Select(seen => seen.End is null ? seen with { DueAt = next[seen.Watch.Polls].First() } : seen)];
    }

    private async Task<AttemptSighting> JudgeAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, ProviderTask task)
    {
        var watch = attempt.Watch with { Polls = attempt.Watch.Polls + 1, Misses = 0 };
        switch (task.Status)
        {
            case ProviderTaskStatus.Succeeded:
                return Ended(attempt, watch, task, TaskEnd.Succeeded, failure: null);

            case ProviderTaskStatus.Failed or ProviderTaskStatus.Expired:
                return Ended(attempt, watch, task, TaskEnd.Failed, task.Failure ?? Unexplained(task));

            case ProviderTaskStatus.Cancelled:
                return Ended(attempt, watch, task, TaskEnd.Cancelled, CancelledThere(task));

            case ProviderTaskStatus.Queued or ProviderTaskStatus.Running when time.Now() - attempt.OpenedAt < provider.Limits.TaskLifetime:
                return Later(attempt, watch with { Mismatches = 0 });

            case ProviderTaskStatus.Queued or ProviderTaskStatus.Running:
                return Ended(attempt, watch, task, TaskEnd.Unclear, Endless(task));

            default:
                watch = watch with { Mismatches = watch.Mismatches + 1 };
                var failure = Odd(task.TaskId, task.Mismatch ?? $"its status is '{task.StatusWord}'");
                await context.Publish(FailureObserved.Of(attempt, JobTrouble.Of(failure), "Polling", time.Now()));
                return watch.Mismatches < options.Value.OddAnswers ? Later(attempt, watch) : Ended(attempt, watch, task, TaskEnd.Unclear, failure);
        }
    }

    /// <summary>A task may be missing from a list because it is very young. One that stays away is asked for by itself before anyone is called.</summary>
    private async Task<AttemptSighting> JudgeMissingAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt)
    {
        var watch = attempt.Watch with { Polls = attempt.Watch.Polls + 1, Misses = attempt.Watch.Misses + 1 };
        if (watch.Misses < MissesBeforeGet)
        {
            return Later(attempt, watch);
        }

        try
        {
            return await provider.GetAsync(attempt.Account, attempt.TaskId!, context.CancellationToken) switch
            {
                { } task => await JudgeAsync(context, provider, attempt, task),
                null when watch.Misses < options.Value.OddAnswers => Later(attempt, watch),
                null => Ended(attempt, watch, task: null, TaskEnd.Unclear, Forgotten(attempt.TaskId!)),
            };
        }
        catch (ProviderUnavailableException)
        {
            return Later(attempt, watch);
        }
    }

    private AttemptSighting Later(Attempt attempt, AttemptWatch watch) =>
        new(attempt.Id, schedule.Next(time.Now(), attempt.Watch.Polls), watch);

    private AttemptSighting Ended(Attempt attempt, AttemptWatch watch, ProviderTask? task, TaskEnd kind, ProviderFailure? failure)
    {
        var now = time.Now();
        return new(attempt.Id, now, watch, new AttemptEnd
        {
            Kind = kind,
            TaskCreatedAt = task?.CreatedAt ?? attempt.OpenedAt,
            TaskEndedAt = task?.UpdatedAt ?? now,
            Outputs = task?.Outputs ?? [],
            Usage = task?.Usage,
            Price = kind == TaskEnd.Succeeded && task?.Usage?.Tokens is { } tokens ? attempt.Estimate.ForTokens(tokens) : null,
            Missing = task is { Missing.Count: > 0 } ? task.Missing : null,
            Failure = failure,
        });
    }

    private async Task PauseIfClosedAsync(string account, ProviderFailure failure, CancellationToken cancellationToken)
    {
        if (failure.Disposition == Disposition.PauseAccount)
        {
            var now = time.Now();
            await accounts.PauseAsync(account, new AccountPause(failure.Bucket, failure.Reason, now, now + submission.Value.PauseFor), cancellationToken);
        }
    }

    private static ProviderFailure Unexplained(ProviderTask task) => new()
    {
        Bucket = FailureBucket.Unknown,
        Disposition = Disposition.Fail,
        Code = "NoCode",
        Reason = $"Task {task.TaskId} is {task.StatusWord}, and the provider does not say why.",
        Fix = "Submit it again with another key.",
    };

    private static ProviderFailure CancelledThere(ProviderTask task) => new()
    {
        Bucket = FailureBucket.Unknown,
        Disposition = Disposition.Block,
        Code = "TaskCancelled",
        Reason = $"Task {task.TaskId} was cancelled at the provider.",
        Fix = "Resume the job to have another task made, or cancel it.",
    };

    private static ProviderFailure Endless(ProviderTask task) => new()
    {
        Bucket = FailureBucket.Timeout,
        Disposition = Disposition.Block,
        Code = "TaskOutlivedItsExpiry",
        Reason = $"Task {task.TaskId} is still {task.StatusWord}, longer than the provider lets tasks live.",
        Fix = "Look the task up at the provider; then resume the job to watch it further, or with PayAgain to have another made.",
    };

    private static ProviderFailure Odd(string taskId, string what) => new()
    {
        Bucket = FailureBucket.SchemaMismatch,
        Disposition = Disposition.Block,
        Code = "UnknownShape",
        Reason = $"The provider's record of task {taskId} is of a shape that this fleet does not know: {what}.",
        Fix = "Look the task up at the provider; resume the job to watch it further.",
    };

    private static ProviderFailure Forgotten(string taskId) => new()
    {
        Bucket = FailureBucket.Uncertain,
        Disposition = Disposition.Block,
        Code = "TaskForgotten",
        Reason = $"The provider no longer knows task {taskId}: its record was deleted, or has aged out.",
        Fix = "Look for its bill at the provider; then resume the job with PayAgain to have another made.",
    };

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information, Message = "Job {JobId}: task {ProviderTaskId} has ended as {End}; list call {RequestId} showed it")]
    private partial void LogTaskEnded(Guid jobId, string providerTaskId, TaskEnd end, string requestId);

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "The list of account {Account} could not be read: {Bucket}, {Code}; its tasks are looked at later")]
    private partial void LogListFailed(string account, FailureBucket bucket, string code);
}
