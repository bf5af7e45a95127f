using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Failures;

namespace Workers.Jobs.Lifecycle;

public sealed partial class JobSteps
{
    /// <summary>Puts on record why the state is left, where that is a failure: waiting for one's turn is none.</summary>
    public Task Leave(BehaviorContext<Job> context, State next) =>
        context.Saga.Trouble is { Code: not Submission.Submitter.AccountFull and not Submission.Submitter.AccountPaused and not Retrieval.ResultsRoom.Code } trouble
        && next.Name is nameof(JobLifecycle.Waiting) or nameof(JobLifecycle.Blocked) or nameof(JobLifecycle.Failed)
            ? context.Publish(FailureObserved.Of(context.Saga, trouble, time.Now()))
            : Task.CompletedTask;

    /// <summary>Notes the transition, and issues what follows from the new state alone: its command, or the event that must be told.</summary>
    public async Task Enter(BehaviorContext<Job> context)
    {
        var (job, now) = (context.Saga, time.Now());
        job.Step++;
        job.ChangedAt = now;
        job.CheckInterval = _sweep.FirstCheck;
        job.Timeline = [.. job.Timeline.TakeLast(Job.TimelineLength - 1), new TimelineEntry(now, job.State, job.Trouble?.Reason ?? Untold(context))];
        job.Unannounced = null;
        job.ToldCost = null;
        if (context is not BehaviorContext<Job, CommandDeadLettered>)
        {
            job.DeadLettered = null;
        }

        switch (job.State)
        {
            case nameof(JobLifecycle.Waiting):
                job.NextCheckAt = Earlier(job.NextCheckAt ?? now, job.Deadline);
                break;

            case nameof(JobLifecycle.Submitting):
                if (job.Standing == AttemptStanding.Failed)
                {
                    job.Attempt++;
                    job.TaskId = null;
                }

                // An attempt that is open, or that nobody can tell about, is found out about first: its record says so.
                job.Standing = AttemptStanding.Open;
                job.NextCheckAt = Earlier(now + _sweep.FirstCheck, job.Deadline);
                break;

            case nameof(JobLifecycle.Running) or nameof(JobLifecycle.Retrieving) or nameof(JobLifecycle.Cancelling):
                job.NextCheckAt = Earlier(now + _sweep.FirstCheck, job.Deadline);
                break;

            default:
                job.NextCheckAt = null;
                job.Unannounced = job.Step;
                break;
        }

        // A task that was just begun is watched already; one that is gone back to must be looked at again.
        if (job.State != nameof(JobLifecycle.Running) || context is not BehaviorContext<Job, JobStarted>)
        {
            await IssueAsync(context);
        }
    }

    /// <summary>What the provider does not say of a success that the job has just heard of.</summary>
    private static string? Untold(BehaviorContext<Job> context) => context is BehaviorContext<Job, TaskEnded> { Message: { Missing: { Count: > 0 } missing } ended }
        ? $"The provider does not say {string.Join(", ", missing)}{(ended.Cost.Actual is null ? "; what the task costs is unknown until somebody fills it in" : "")}."
        : null;

    /// <summary>The sweep found the job standing still: its command may have been lost.</summary>
    public Task IssueAgain<T>(BehaviorContext<Job, T> context)
        where T : class
    {
        if (context.Saga.Deadline > time.Now() && context.Saga.NextCheckAt is { } next)
        {
            context.Saga.NextCheckAt = Earlier(next, context.Saga.Deadline);
        }

        return IssueAsync(context);
    }

    /// <summary>The message finds its work done. If it may have died before it told anyone, what follows from the state is issued again.</summary>
    public Task IssueAgainIfRepeated(BehaviorContext<Job> context)
    {
        if (!context.IsRepeat())
        {
            return Task.CompletedTask;
        }

        if (context is BehaviorContext<Job, JobStarted> started)
        {
            ReplyStarted(started);
        }

        return IssueAsync(context);
    }

    /// <summary>Tells the sender how the job stands, or that the key belongs to another input.</summary>
    public async Task AnswerSubmission(BehaviorContext<Job, SubmitJob> context)
    {
        var (job, submission) = (context.Saga, context.Message);
        var isFirst = job.SubmittedBy == context.SentAs();
        var replyTo = ReplyAddress.Of(context);
        if (job.SubmittedHash != JobIdentity.Hash(submission))
        {
            await context.TellAsync(replyTo, new SubmissionRejected
            {
                TenantId = submission.TenantId,
                IdempotencyKey = submission.IdempotencyKey,
                MessageId = context.SentMessageId(),
                CorrelationId = submission.CorrelationId ?? job.Correlation,
                Faults = [SubmissionRules.KeyTaken(job.CorrelationId)],
                At = time.Now(),
            });
            return;
        }

        // Who submits it again may be the same client, started anew: it listens where it says now.
        (job.ReplyTo, job.ReplyCorrelation) = replyTo is null ? (job.ReplyTo, job.ReplyCorrelation) : (replyTo.Queue, replyTo.CorrelationId);
        await context.TellAsync(
            job.Answers(),
            new JobAccepted
            {
                JobId = job.CorrelationId,
                IdempotencyKey = job.IdempotencyKey,
                MessageId = context.SentMessageId(),
                TenantId = job.TenantId,
                CorrelationId = job.Correlation,
                Duplicate = !isFirst,
                Phase = PhaseOf(job.State),
                State = job.State,
                At = time.Now(),
            },
            JobIdentity.MessageId(job.Generation, 0, $"JobAccepted {context.SentAs()}"));

        if (isFirst && context.IsRepeat())
        {
            await IssueAsync(context);
        }
    }

    /// <summary>Says why the job may not be resumed, unless this very message resumed it and may have died before its command left.</summary>
    public Task RejectResume(BehaviorContext<Job, ResumeJob> context) => context.IsRepeat() && context.Saga.ResumedBy == context.SentAs() ? IssueAsync(context) : RejectAsync(context, nameof(ResumeJob), context.Saga.State switch
    {
        nameof(JobLifecycle.Blocked) => RefusalOf(context.Saga, context.Message)!,
        nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Failed) or nameof(JobLifecycle.Cancelled) =>
            $"The job has ended ({context.Saga.State}), and an end is never left. Submit again with another key.",
        var state => $"The job is not blocked but {state}: it goes on by itself.",
    });

    public Task RejectCancel(BehaviorContext<Job, CancelJob> context) => RejectAsync(context, nameof(CancelJob), context.Saga.State switch
    {
        nameof(JobLifecycle.Retrieving) => "The task has ended and was paid; its output is being stored.",
        var state => $"The job has ended ({state}).",
    });

    /// <summary>What a person needs to know of a state.</summary>
    public static Phase PhaseOf(string state) => state switch
    {
        nameof(JobLifecycle.Blocked) => Phase.Blocked,
        nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Failed) or nameof(JobLifecycle.Cancelled) => Phase.Terminal,
        _ => Phase.InProgress,
    };

    private Task RejectAsync(BehaviorContext<Job> context, string command, string reason) => context.TellAsync(
        ReplyAddress.Of(context),
        new CommandRejected
        {
            JobId = context.Saga.CorrelationId,
            TenantId = context.Saga.TenantId,
            MessageId = context.SentMessageId(),
            Command = command,
            Reason = reason,
            At = time.Now(),
        });

    /// <summary>The start is published by whoever made the task; the job knows who waits for it.</summary>
    private static void ReplyStarted(BehaviorContext<Job, JobStarted> context)
    {
        if (context.TryGetPayload<PendingReplies>(out var replies))
        {
            replies.Add(context.Saga.Answers(), context.Message, JobIdentity.MessageId(context.Saga.Generation, context.Message.Attempt, nameof(JobStarted)));
        }
    }

    /// <summary>Issues what follows from the job's state, always with the same message id for the same step.</summary>
    private static Task IssueAsync(BehaviorContext<Job> context)
    {
        var job = context.Saga;
        return job.State switch
        {
            nameof(JobLifecycle.Submitting) => CommandAsync(context, new StartJob(job.CorrelationId, job.TenantId, job.Correlation, job.Step)),
            nameof(JobLifecycle.Running) => CommandAsync(context, new WatchTask(job.CorrelationId, job.TenantId, job.Correlation, job.Step)),
            nameof(JobLifecycle.Retrieving) => CommandAsync(context, new RetrieveResult(job.CorrelationId, job.TenantId, job.Correlation, job.Step)),
            nameof(JobLifecycle.Cancelling) => CommandAsync(context, new CancelTask(job.CorrelationId, job.TenantId, job.Correlation, job.Step)),
            nameof(JobLifecycle.Waiting) => Task.CompletedTask, // the sweep wakes it
            _ => AnnounceAsync(context),
        };
    }

    private static Task CommandAsync<T>(BehaviorContext<Job> context, T command)
        where T : class, IJobCommand =>
        context.Publish(command, publish =>
        {
            publish.MessageId = JobIdentity.MessageId(context.Saga.Generation, command.Step, typeof(T).Name);
            if (context is BehaviorContext<Job, CommandRedriven> { Message: var redriven })
            {
                publish.Headers.Set(Redrives.Before, redriven.Times);
                if (redriven.Once)
                {
                    publish.Headers.Set(MessageHeaders.RedeliveryCount, RedeliveryOptions.Redeliveries);
                }
            }
        });

    private static Task AnnounceAsync(BehaviorContext<Job> context)
    {
        if (context.TryGetPayload<Announced>(out var announced))
        {
            announced.Job = context.Saga;
        }

        return context.AnnounceAsync(context.Saga, context.TryGetPayload<PendingReplies>(out var replies) ? replies : null, context.CancellationToken);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
