using MassTransit;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Submission;
using Workers.Providers;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The verbs and conditions that <see cref="JobLifecycle"/> is written in: what is remembered of each message, and what is judged by it.</summary>
public sealed partial class JobSteps(
    IOptions<LifecycleOptions> lifecycle,
    IOptions<SweepOptions> sweep,
    IOptions<AccountsOptions> accounts,
    TimeProvider time,
    Chance chance)
{
    private readonly LifecycleOptions _lifecycle = lifecycle.Value;
    private readonly SweepOptions _sweep = sweep.Value;

    /// <summary>A job looks at least this often whether it is its turn: longer, and free slots would lie idle.</summary>
    private readonly TimeSpan _longestTurn = TimeSpan.FromMinutes(1);

    /// <summary>Fills a new job from its submission, which has passed <see cref="SubmissionGuard"/>.</summary>
    public void Accept(BehaviorContext<Job, SubmitJob> context)
    {
        var (job, submission, now) = (context.Saga, Normal.Of(context.Message), time.Now());
        job.Generation = chance.NextGuid();
        job.SubmittedBy = context.SentAs();
        job.TenantId = submission.TenantId!;
        job.UserHash = JobIdentity.UserHash(job.TenantId, submission.UserId);
        job.IdempotencyKey = JobIdentity.Key(submission);
        job.Correlation = submission.CorrelationId ?? job.CorrelationId;
        job.Provider = submission.Provider!;
        job.Account = accounts.Value.Choose(job.Provider, job.TenantId)!;
        job.Tags = submission.Tags ?? [];
        job.SubmittedHash = JobIdentity.Hash(submission);
        job.Input = submission.Input!;
        job.Expect = submission.Expect;
        job.SubmittedAt = now;
        job.Deadline = submission.Deadline ?? now + _lifecycle.JobTimeout;
    }

    /// <summary>The provider has a task for the present attempt.</summary>
    public void RememberTask(BehaviorContext<Job, JobStarted> context)
    {
        var job = context.Saga;
        job.TaskId = context.Message.TaskId;
        job.Standing = AttemptStanding.Alive;
        job.Settlement = null;
        job.Trouble = null;
        job.Deferrals = 0;
        ReplyStarted(context);
    }

    /// <summary>The job is put back to wait, at no cost to it.</summary>
    public void RememberDeferral(BehaviorContext<Job, SubmissionDeferred> context)
    {
        var job = context.Saga;
        var backoff = time.Now() + chance.Backoff(TimeSpan.FromSeconds(1), _longestTurn, job.Deferrals++);
        job.NextCheckAt = context.Message.Until > backoff ? context.Message.Until : backoff;
        job.Trouble = context.Message.Trouble;
        job.Settlement = null;
        job.Standing = context.Message.Recorded ? AttemptStanding.Failed : AttemptStanding.None;
    }

    /// <summary>The present attempt has no task, or nobody can tell.</summary>
    public void RememberFailure(BehaviorContext<Job, SubmissionFailed> context)
    {
        var (job, failed) = (context.Saga, context.Message);
        job.Trouble = failed.Trouble;
        job.Settlement = null;
        job.AttemptsUsed++;
        job.Standing = failed switch
        {
            { Trouble.Disposition: Disposition.Reconcile } => AttemptStanding.Uncertain,
            { Recorded: true } => AttemptStanding.Failed,
            _ => AttemptStanding.None,
        };
        job.NextCheckAt = failed.RetryAt ?? NextTry(job);
    }

    /// <summary>The present attempt's task has ended, one way or another, with its cost.</summary>
    public void RememberEnd(BehaviorContext<Job, TaskEnded> context)
    {
        var (job, ended) = (context.Saga, context.Message);
        job.TaskId = ended.TaskId;
        job.Settlement = null;
        job.Costs = new Dictionary<int, AttemptCost>(job.Costs) { [ended.Attempt] = ended.Cost };
        job.Currency = ended.Currency;
        job.Trouble = ended.Trouble;
        job.Standing = ended.End switch
        {
            TaskEnd.Succeeded => AttemptStanding.Succeeded,
            TaskEnd.Unclear => AttemptStanding.Uncertain,
            _ => AttemptStanding.Failed,
        };
        if (ended.End == TaskEnd.Failed)
        {
            job.AttemptsUsed++;
            job.NextCheckAt = NextTry(job);
        }
    }

    /// <summary>There is nothing at the provider that could be billed.</summary>
    public void RememberNothingToBill(BehaviorContext<Job, CancelSettled> context) => context.Saga.Standing = AttemptStanding.Failed;

    public void RememberOutputs(BehaviorContext<Job, ResultRetrieved> context)
    {
        context.Saga.Outputs = context.Message.Outputs;
        context.Saga.Trouble = null;
    }

    public void RememberUnretrieved(BehaviorContext<Job, RetrievalFailed> context)
    {
        context.Saga.Trouble = context.Message.Trouble;
        context.Saga.Outputs = context.Message.Outputs ?? context.Saga.Outputs;
    }

    /// <summary>A command of the job could not be carried out, and lies among the dead letters.</summary>
    public void RememberDeadLetter(BehaviorContext<Job, CommandDeadLettered> context)
    {
        var (job, dead, loss) = (context.Saga, context.Message, BrokerLosses.Of(context.Message));
        job.DeadLettered = new DeadLetteredCommand(dead.Command, dead.Step);
        job.Trouble = new JobTrouble
        {
            Bucket = loss?.Bucket ?? FailureBucket.Unknown,
            Disposition = Disposition.Block,
            Code = dead.ErrorType,
            Reason = $"{dead.Command} {loss?.What ?? $"failed again and again with {dead.ErrorType}"} and lies among the dead letters.",
            Fix = loss?.Fix ?? "Mend the cause, which the log of this job tells, then redrive the message or resume the job.",
        };
    }

    /// <summary>The deadline has passed: says in which state the job was, and what becomes of its task.</summary>
    public void GiveUp(BehaviorContext<Job, JobDue> context)
    {
        var job = context.Saga;
        var task = job.Standing switch
        {
            AttemptStanding.Alive => $" Its task {job.TaskId} is still at the provider and is watched to its end; it may be billed.",
            AttemptStanding.Open => " Whether its last call made a task is still being found out; a task would be watched to its end.",
            AttemptStanding.Succeeded => $" Its task {job.TaskId} was paid, and its output is not stored yet.",
            _ => "",
        };
        job.Trouble = new JobTrouble
        {
            Bucket = FailureBucket.Timeout,
            Disposition = Disposition.Fail,
            Code = "DeadlinePassed",
            Reason = $"The deadline ({job.Deadline:u}) passed while the job was {job.State}{(job.Trouble is { } last ? $" ({last.Reason})" : "")}.{task}",
            Fix = job.State == nameof(JobLifecycle.Retrieving)
                ? "Resume the job to try the retrieval again while the provider keeps the output."
                : "Submit it again with another key and a later deadline.",
        };
    }

    private DateTimeOffset NextTry(Job job) =>
        time.Now() + chance.Backoff(_lifecycle.InitialBackoff, _lifecycle.LongestBackoff, job.AttemptsUsed - 1);
}
