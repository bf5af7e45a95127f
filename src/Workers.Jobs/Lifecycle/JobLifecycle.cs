using MassTransit;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The life of one job, from its submission to its end.</summary>
/// <remarks>
/// In progress: Waiting, Submitting, Running, Retrieving, Cancelling. Blocked: somebody must act. Terminal, and never left: Succeeded, Failed, Cancelled.
/// Entering a state issues what follows from it: a command, or the event that must be told. A late message changes nothing; if it was delivered again after a crash,
/// what follows from the state is issued again, with the same message id.
/// One message, one judgement: two filters on one event would both be asked, the second about what the first has changed. So alternatives are written as IfElse.
/// </remarks>
public sealed class JobLifecycle : MassTransitStateMachine<Job>
{
    public JobLifecycle(JobSteps steps)
    {
        InstanceState(job => job.State);

        Event(() => Submitted, e => e.CorrelateById(m => JobIdentity.JobId(m.Message)));
        Event(() => CancelAsked, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => ResumeAsked, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Due, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Deferred, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => NotStarted, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Started, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Ended, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => CancelSettled, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Retrieved, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => NotRetrieved, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => DeadLettered, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));
        Event(() => Redriven, e => e.CorrelateById(m => m.Message.JobId).OnMissingInstance(m => m.Discard()));

        // Whatever a state below does not name comes too late for it.
        OnUnhandledEvent(steps.IssueAgainIfRepeated);

        Initially(
            When(Submitted).Then(steps.Accept).Go(steps, Waiting).Go(steps, Submitting).ThenAsync(steps.AnswerSubmission));

        During(Waiting,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).Go(steps, Cancelling), // a repeated StartJob may be under way
            When(ResumeAsked).ThenAsync(steps.RejectResume),
            When(Due, steps.IsCurrent).IfElse(steps.IsPastDeadline,
                late => late.Then(steps.GiveUp).Go(steps, Failed),
                due => due.Go(steps, Submitting)));

        During(Submitting,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).Go(steps, Cancelling),
            When(ResumeAsked).ThenAsync(steps.RejectResume),
            When(Due, steps.IsCurrent).IfElse(steps.IsPastDeadline,
                late => late.Then(steps.GiveUp).Go(steps, Failed),
                due => due.ThenAsync(steps.IssueAgain)),
            When(Deferred, steps.IsCurrent).Then(steps.RememberDeferral).Go(steps, Waiting),
            When(NotStarted, steps.IsCurrent).Then(steps.RememberFailure).Settle(steps, this),
            When(DeadLettered, steps.IsCurrent).Then(steps.RememberDeadLetter).Go(steps, Blocked));

        During(Running,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).Go(steps, Cancelling),
            When(ResumeAsked).ThenAsync(steps.RejectResume),
            When(Due, steps.IsCurrent).IfElse(steps.IsPastDeadline,
                late => late.Then(steps.GiveUp).Go(steps, Failed),
                due => due.ThenAsync(steps.IssueAgain)),
            When(DeadLettered, steps.IsCurrent).Then(steps.RememberDeadLetter).Go(steps, Blocked));

        // A task may turn up, and even end, before its start was told, and after the job was put aside because nobody knew of it.
        During([Waiting, Submitting, Blocked],
            When(Started).IfElse(steps.IsNews,
                news => news.Then(steps.RememberTask).Go(steps, Running),
                old => old.ThenAsync(steps.IssueAgainIfRepeated)));

        During([Waiting, Submitting, Running, Blocked],
            When(Ended).IfElse(steps.IsNews,
                news => news.Then(steps.RememberEnd).IfElse(steps.IsSuccess,
                    success => success.Go(steps, Retrieving),
                    failure => failure.Settle(steps, this)),
                old => old.ThenAsync(steps.IssueAgainIfRepeated)));

        During(Retrieving,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).ThenAsync(steps.RejectCancel), // the task has ended and was paid: there is nothing left to stop
            When(ResumeAsked).ThenAsync(steps.RejectResume),
            When(Due, steps.IsCurrent).IfElse(steps.IsPastDeadline,
                late => late.Then(steps.GiveUp).Go(steps, Blocked), // what was paid is not thrown away
                due => due.ThenAsync(steps.IssueAgain)),
            When(Retrieved, steps.IsCurrent).Then(steps.RememberOutputs).Go(steps, Succeeded),
            When(NotRetrieved, steps.IsCurrent).Then(steps.RememberUnretrieved).Go(steps, Blocked),
            When(DeadLettered, steps.IsCurrent).Then(steps.RememberDeadLetter).Go(steps, Blocked));

        During(Cancelling,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(ResumeAsked).ThenAsync(steps.RejectResume),
            When(Due, steps.IsCurrent).ThenAsync(steps.IssueAgain), // ends with its attempt, which is watched within caps of its own
            When(Started).IfElse(steps.IsNews,
                news => news.Then(steps.RememberTask).ThenAsync(steps.IssueAgain),
                old => old.ThenAsync(steps.IssueAgainIfRepeated)),
            When(Deferred).ThenAsync(steps.IssueAgain), // no task was made: whoever is asked now can tell
            When(NotStarted, steps.IsCurrent).Then(steps.RememberFailure).IfElse(steps.IsUncertain,
                uncertain => uncertain.Go(steps, Blocked),
                sure => sure.Go(steps, Cancelled)),
            When(CancelSettled, steps.IsCurrent).Then(steps.RememberNothingToBill).Go(steps, Cancelled),
            When(Ended).IfElse(steps.IsNews,
                news => news.Then(steps.RememberEnd).IfElse(steps.IsSuccess,
                    success => success.Go(steps, Retrieving), // the end that came first
                    failure => failure.SettleCancel(steps, this)),
                old => old.ThenAsync(steps.IssueAgainIfRepeated)),
            When(DeadLettered, steps.IsCurrent).Then(steps.RememberDeadLetter).Go(steps, Blocked));

        During(Blocked,
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).IfElse(steps.MayBeBilled, live => live.Go(steps, Cancelling), settled => settled.Go(steps, Cancelled)),
            When(ResumeAsked).IfElse(steps.IsAllowed,
                allowed => allowed.Then(steps.Resume).GoOn(steps, this),
                refused => refused.ThenAsync(steps.RejectResume)),
            When(Redriven).IfElse(steps.IsWhatBlocks,
                revived => revived.Then(steps.Revive).Revive(steps, this),
                old => old.ThenAsync(steps.IssueAgainIfRepeated)));

        During([Succeeded, Failed, Cancelled],
            When(Submitted).ThenAsync(steps.AnswerSubmission),
            When(CancelAsked).ThenAsync(steps.RejectCancel),
            When(ResumeAsked).ThenAsync(steps.RejectResume));
    }

    /// <summary>To be submitted at <see cref="Job.NextCheckAt"/>; no call is under way.</summary>
    public State Waiting { get; } = null!;

    /// <summary>A task is being asked for, or it is being found out whether there is one.</summary>
    public State Submitting { get; } = null!;

    /// <summary>The provider has a task.</summary>
    public State Running { get; } = null!;

    /// <summary>The task ended well; its outputs are being stored.</summary>
    public State Retrieving { get; } = null!;

    /// <summary>To be stopped; the provider may still bill it.</summary>
    public State Cancelling { get; } = null!;

    /// <summary>Somebody must act.</summary>
    public State Blocked { get; } = null!;

    /// <summary>The result is stored.</summary>
    public State Succeeded { get; } = null!;

    /// <summary>Failed for good.</summary>
    public State Failed { get; } = null!;

    /// <summary>Stopped; the provider can no longer bill it.</summary>
    public State Cancelled { get; } = null!;

    public Event<SubmitJob> Submitted { get; } = null!;
    public Event<CancelJob> CancelAsked { get; } = null!;
    public Event<ResumeJob> ResumeAsked { get; } = null!;
    public Event<JobDue> Due { get; } = null!;
    public Event<SubmissionDeferred> Deferred { get; } = null!;
    public Event<SubmissionFailed> NotStarted { get; } = null!;
    public Event<JobStarted> Started { get; } = null!;
    public Event<TaskEnded> Ended { get; } = null!;
    public Event<CancelSettled> CancelSettled { get; } = null!;
    public Event<ResultRetrieved> Retrieved { get; } = null!;
    public Event<RetrievalFailed> NotRetrieved { get; } = null!;
    public Event<CommandDeadLettered> DeadLettered { get; } = null!;
    public Event<CommandRedriven> Redriven { get; } = null!;
}
