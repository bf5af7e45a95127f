using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Lifecycle;

public sealed partial class JobSteps
{
    /// <summary>A command or an answer to one counts for the step that it names only.</summary>
    public bool IsCurrent(BehaviorContext<Job, JobDue> context) => context.Message.Step == context.Saga.Step;

    public bool IsCurrent(BehaviorContext<Job, SubmissionDeferred> context) => context.Message.Step == context.Saga.Step;

    public bool IsCurrent(BehaviorContext<Job, ResultRetrieved> context) => context.Message.Step == context.Saga.Step;

    public bool IsCurrent(BehaviorContext<Job, RetrievalFailed> context) => context.Message.Step == context.Saga.Step;

    public bool IsCurrent(BehaviorContext<Job, CommandDeadLettered> context) => context.Message.Step == context.Saga.Step;

    /// <summary>The job is blocked because this very command was dead-lettered, and for nothing that came after.</summary>
    public bool IsWhatBlocks(BehaviorContext<Job, CommandRedriven> context) =>
        context.Saga.DeadLettered is { } lies && lies.Command == context.Message.Command && lies.Step == context.Message.Step;

    /// <summary>Of the present attempt, and of the present step where it answers a command.</summary>
    public bool IsCurrent(BehaviorContext<Job, SubmissionFailed> context) =>
        IsPresent(context.Saga, context.Message.Generation, context.Message.Attempt)
        && (context.Message.Step is null || context.Message.Step == context.Saga.Step || (context.Message.Recorded && context.Saga.State == nameof(JobLifecycle.Cancelling)));

    public bool IsCurrent(BehaviorContext<Job, CancelSettled> context) =>
        IsPresent(context.Saga, context.Message.Generation, context.Message.Attempt);

    public bool IsNews(BehaviorContext<Job, JobStarted> context) =>
        IsPresent(context.Saga, context.Message.Generation, context.Message.Attempt)
        && context.Saga.Standing is AttemptStanding.None or AttemptStanding.Open or AttemptStanding.Uncertain;

    public bool IsNews(BehaviorContext<Job, TaskEnded> context) =>
        IsPresent(context.Saga, context.Message.Generation, context.Message.Attempt)
        && context.Saga.Standing switch
        {
            AttemptStanding.Succeeded or AttemptStanding.Failed => false,
            AttemptStanding.Uncertain => context.Message.End != TaskEnd.Unclear || context.Saga.State != nameof(JobLifecycle.Blocked),
            _ => true,
        };

    public bool IsSuccess(BehaviorContext<Job, TaskEnded> context) => context.Message.End == TaskEnd.Succeeded;

    public bool IsPastDeadline(BehaviorContext<Job, JobDue> context) => time.Now() >= context.Saga.Deadline;

    public bool IsUncertain(BehaviorContext<Job> context) => context.Saga.Standing == AttemptStanding.Uncertain;

    /// <summary>Another attempt may be made, now or after a pause, within the cap.</summary>
    public bool MayTryAgain(BehaviorContext<Job> context) =>
        context.Saga.Trouble!.Disposition is Disposition.Retry or Disposition.PauseAccount && context.Saga.AttemptsUsed < _lifecycle.MaxAttempts;

    /// <summary>
    /// Somebody must act. A closed account is somebody's to mend, however often the job was tried; and so is an input that was tried again and did not get better by itself.
    /// </summary>
    public bool NeedsSomebody(BehaviorContext<Job> context) =>
        context.Saga.Trouble! is { Disposition: Disposition.Block or Disposition.Reconcile or Disposition.PauseAccount } or { Disposition: Disposition.Retry, Bucket: FailureBucket.Validation };

    public bool IsCancelled(BehaviorContext<Job, TaskEnded> context) => context.Message.End == TaskEnd.Cancelled;

    /// <summary>The provider may have a task of this job that can still be billed, or may yet be asked for one by a message under way.</summary>
    public bool MayBeBilled(BehaviorContext<Job> context) => context.Saga.Standing is not (AttemptStanding.Failed or AttemptStanding.Succeeded);

    private static bool IsPresent(Job job, Guid generation, int attempt) => job.Generation == generation && job.Attempt == attempt;
}
