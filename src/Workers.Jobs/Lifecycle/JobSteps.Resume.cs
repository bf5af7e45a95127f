using MassTransit;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

public sealed partial class JobSteps
{
    public bool IsAllowed(BehaviorContext<Job, ResumeJob> context) => RefusalOf(context.Saga, context.Message) is null;

    /// <summary>Takes over what the command corrects or settles. Where the job goes on is decided by how its attempt then stands.</summary>
    public void Resume(BehaviorContext<Job, ResumeJob> context)
    {
        var (job, resume) = (context.Saga, context.Message);
        job.Input = resume.Input is { } corrected ? Normal.Of(corrected) : job.Input;
        job.Settlement = resume.Settlement;
        job.ResumedBy = context.SentAs();
        job.Expect = resume.Accept ? Retrieval.Expectations.Anything : job.Expect;
        StartCounting(job);
        if (resume.PayAgain && job.Standing is AttemptStanding.Alive or AttemptStanding.Succeeded or AttemptStanding.Uncertain or AttemptStanding.Open)
        {
            job.Standing = AttemptStanding.Failed; // given up by the one who pays; its task stays watched
        }
    }

    /// <summary>Lets a job go on whose command was redriven, as a resume that corrects nothing.</summary>
    public void Revive(BehaviorContext<Job, CommandRedriven> context) => StartCounting(context.Saga);

    /// <summary>A person lets the job go on: what it used up before does not count.</summary>
    private void StartCounting(Job job)
    {
        var now = time.Now();
        job.AttemptsUsed = 0;
        job.Deferrals = 0;
        job.Deadline = job.Deadline > now ? job.Deadline : now + _lifecycle.JobTimeout;
    }

    /// <summary>Why a blocked job may not be resumed like this, or null.</summary>
    private static string? RefusalOf(Job job, ResumeJob resume)
    {
        if (resume.Accept && (job.Standing != AttemptStanding.Succeeded || resume.PayAgain || resume.Input is not null))
        {
            return job.Standing == AttemptStanding.Succeeded
                ? "What is accepted as it is needs neither corrected input nor another task: leave Input and PayAgain out."
                : $"Its attempt {job.Attempt} has no output that could be accepted ({job.Standing}).";
        }

        if (resume.Settlement is { } settlement)
        {
            if (job.Standing != AttemptStanding.Uncertain)
            {
                return $"Its attempt {job.Attempt} is not uncertain ({job.Standing}), so there is nothing to settle. Resume it without a settlement.";
            }

            if (job.TaskId is { } taskId)
            {
                return $"Its attempt {job.Attempt} has task {taskId}; only how that ended is unclear. Resume the job to have it watched again, or with PayAgain to have another made.";
            }

            if (settlement.NotCreated == (settlement.TaskId is not null))
            {
                return "A settlement names the task (TaskId) or says that there is none (NotCreated): give one of the two.";
            }
        }

        if (resume.Input is not { } input)
        {
            return null;
        }

        if (InputRules.Check(input) is { Count: > 0 } faults)
        {
            return $"The corrected input breaks the contract: {string.Join(" ", faults)}";
        }

        return (job.Standing, resume.PayAgain) switch
        {
            (AttemptStanding.Alive or AttemptStanding.Open or AttemptStanding.Uncertain, false) when resume.Settlement is not { NotCreated: true } =>
                $"Attempt {job.Attempt} may have a live task: corrected input would pay for a second one. Resume without input, cancel it first, or say PayAgain.",
            (AttemptStanding.Succeeded, false) =>
                $"Attempt {job.Attempt} was paid: corrected input would pay for a second task. Resume without input to store its output, or say PayAgain.",
            _ => null,
        };
    }
}
