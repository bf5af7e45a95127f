using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Looks at the tasks of live attempts, and judges what it sees of each. What is odd about one is that one's affair.</summary>
internal sealed partial class TaskPoller(
    TaskLooks looks,
    LookWays ways,
    PollSchedule schedule,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<TaskPoller> logger)
{
    /// <summary>What is put on record of a look that failed.</summary>
    private const string Looking = nameof(Looking);

    /// <summary>Lists may hide tasks that a look at the task itself shows, such as those of another service tier.</summary>
    private const int MissesBeforeGet = 3;

    /// <summary>What was seen of each attempt, in order. Nothing is written and no end is told here.</summary>
    public async Task<IReadOnlyList<AttemptSighting>> PollAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, string account, IReadOnlyList<Attempt> live)
    {
        if (live.Count == 0)
        {
            return [];
        }

        var look = await looks.LookAsync(provider, account, live, context.CancellationToken);
        if (look.Refused is { } refused)
        {
            await Task.WhenAll(live.Select(attempt => RecordAsync(context, attempt, refused, Looking)));
        }

        List<AttemptSighting> sightings = [];
        foreach (var attempt in live)
        {
            var sight = look.Sights[attempt.Id];
            var sighting = await JudgeAsync(context, provider, attempt, sight);
            sightings.Add(sighting);
            if (sighting.End is { } end)
            {
                using var about = JobFacts.Begin(logger, attempt with { End = end }, "task end");
                LogTaskEnded(attempt.Id.JobId, attempt.TaskId!, end.Kind, sight is Sight.Seen(_, var requestId) ? requestId : "");
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

    private async Task<AttemptSighting> JudgeAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, Sight sight)
    {
        var watch = attempt.Watch with { Polls = attempt.Watch.Polls + 1 };
        switch (sight)
        {
            case Sight.Seen(var task, _):
                return await JudgeTaskAsync(context, provider, attempt, task, watch with { Misses = 0, FailedReads = 0 });

            case Sight.NotListed when watch.Misses + 1 < MissesBeforeGet:
                return Later(attempt, watch with { Misses = watch.Misses + 1, FailedReads = 0 });

            case Sight.NotListed or Sight.Contradicted:
                return await JudgeUnlistedAsync(context, provider, attempt, watch, await TaskLooks.GetAsync(provider, attempt, context.CancellationToken));

            case Sight.Unknown:
                return JudgeUnknown(attempt, watch with { Misses = watch.Misses + 1, FailedReads = 0 });

            case Sight.Failed(var failure):
                return await LaterUnseenAsync(context, attempt, watch, failure);

            default:
                throw new UnreachableException($"Unknown sight: {sight.GetType().Name}.");
        }
    }

    /// <summary>Asked for by itself, since the list does not show it, or not plainly. Seen so, it is asked for by itself again as long as lists do not show it.</summary>
    private async Task<AttemptSighting> JudgeUnlistedAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, AttemptWatch watch, Sight sight)
    {
        switch (sight)
        {
            case Sight.Seen(var task, _):
                ways.SeenBesideTheList(attempt.Account, time.Now());
                return await JudgeTaskAsync(context, provider, attempt, task, watch with { Misses = MissesBeforeGet - 1, FailedReads = 0 });

            case Sight.Failed(var failure):
                return await LaterUnseenAsync(context, attempt, watch with { Misses = watch.Misses + 1 }, failure);

            default:
                return JudgeUnknown(attempt, watch with { Misses = watch.Misses + 1, FailedReads = 0 });
        }
    }

    /// <summary>A task may not show because it is very young.</summary>
    private AttemptSighting JudgeUnknown(Attempt attempt, AttemptWatch watch) => watch.Misses < options.Value.OddAnswers
        ? Later(attempt, watch)
        : Ended(attempt, watch, task: null, TaskEnd.Unclear, Forgotten(attempt.TaskId!));

    /// <summary>The first failure in a row is put on record; how many there were since is what alerts go by.</summary>
    private async Task<AttemptSighting> LaterUnseenAsync(ConsumeContext<PollRound> context, Attempt attempt, AttemptWatch watch, ProviderFailure failure)
    {
        if (watch.FailedReads == 0)
        {
            await RecordAsync(context, attempt, failure, Looking);
        }

        return Later(attempt, watch with { FailedReads = watch.FailedReads + 1 });
    }

    private Task RecordAsync(ConsumeContext<PollRound> context, Attempt attempt, ProviderFailure failure, string step) =>
        context.Publish(FailureObserved.Of(attempt, JobTrouble.Of(failure), step, time.Now()));

    private async Task<AttemptSighting> JudgeTaskAsync(ConsumeContext<PollRound> context, IGenerationProvider provider, Attempt attempt, ProviderTask task, AttemptWatch watch)
    {
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
                await RecordAsync(context, attempt, failure, "Polling");
                return watch.Mismatches < options.Value.OddAnswers ? Later(attempt, watch) : Ended(attempt, watch, task, TaskEnd.Unclear, failure);
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
        Fix = "Resume the job to have it looked for again. Where its record is surely gone, look for its bill at the provider before you resume the job with PayAgain.",
    };

    [LoggerMessage(EventId = 3021, Level = LogLevel.Information, Message = "Job {JobId}: task {ProviderTaskId} has ended as {End}; list call {RequestId} showed it, or a look at the task itself where there is none")]
    private partial void LogTaskEnded(Guid jobId, string providerTaskId, TaskEnd end, string requestId);
}
