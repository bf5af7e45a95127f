using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>Nothing waits for ever: the job is given up with a sentence that tells where it stood. What it may still cost is watched, and what was paid is kept.</summary>
internal sealed class When_a_deadline_passes : FleetTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(90);

    [Test]
    public async Task Waiting_the_job_fails_and_is_never_asked_for()
    {
        await StartFleet();
        var now = Time.GetUtcNow();
        await Stores.Accounts.PauseAsync("main", new AccountPause(FailureBucket.Quota, "No money.", now, now.AddHours(1)), CancellationToken.None);

        var jobId = await SubmitUntil(Soon, Submission());

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Bucket, Is.EqualTo(FailureBucket.Timeout));
        Assert.That(failed.Reason, Does.Contain("while the job was Waiting"));
        TasksShouldBe(0);
    }

    [Test]
    public async Task Submitting_before_the_call_the_job_fails_and_the_call_is_not_made()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.BeforeAttempt);
        var jobId = await SubmitUntil(Soon, Submission());

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        go.SetResult();

        Assert.That(failed.Reason, Does.Contain("while the job was Submitting"));
        await Eventually(async () => (await Stores.Accounts.GetAsync("main", default)).InFlight == 0, () => "The slot should come back.");
        TasksShouldBe(0);
    }

    [Test]
    public async Task Submitting_during_the_call_the_job_fails_and_its_task_is_watched_to_its_cost()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.AfterCall);
        var jobId = await SubmitUntil(Soon, Submission());

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        go.SetResult();

        Assert.That(failed.Reason, Does.Contain("while the job was Submitting").And.Contain("watched to its end"));
        await TheCostShouldLandOnTheAttempt(jobId);
        Assert.That((await Find(jobId))!.State, Is.EqualTo(nameof(JobLifecycle.Failed)));
    }

    [Test]
    public async Task Running_the_job_fails_and_its_task_is_watched_to_its_cost()
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromMinutes(3);
        await StartFleet();
        var jobId = await SubmitUntil(Soon, Submission());

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);

        Assert.That(failed.Reason, Does.Contain("while the job was Running").And.Contain(Simulator.Ledger.Tasks.Single().Id));
        await TheCostShouldLandOnTheAttempt(jobId);
        Assert.That((await Find(jobId))!.State, Is.EqualTo(nameof(JobLifecycle.Failed)));
    }

    [Test]
    public async Task Retrieving_the_job_is_blocked_and_resumed_it_has_its_output()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.Downloading);
        var jobId = await SubmitUntil(Soon, Submission());

        var blocked = await JobShouldBeBlocked(jobId, FailureBucket.Timeout);
        Failpoints.Disarm(Failpoint.Downloading);
        go.SetResult();
        await Resume(jobId);

        Assert.That(blocked.Trouble!.Reason, Does.Contain("while the job was Retrieving").And.Contain("was paid"));
        var job = await JobShouldGoThrough(jobId, "Retrieving", "Blocked", "Retrieving", "Succeeded");
        Assert.That(job.Deadline, Is.GreaterThan(Time.GetUtcNow()), "who resumes a job gives it time");
        TasksShouldBe(1);
    }

    private Task<Guid> SubmitUntil(TimeSpan deadline, SubmitJob submission) => Submit(submission with { Deadline = Time.GetUtcNow() + deadline });

    private async Task TheCostShouldLandOnTheAttempt(Guid jobId)
    {
        Attempt? attempt = null;
        await Eventually(
            async () => (attempt = (await AttemptsOf(jobId)).Single()).State == AttemptState.Closed,
            () => $"The task should be watched to its end, and its attempt is {attempt?.State}.");
        Assert.That(Simulator.Ledger.Tasks.Single().State, Is.EqualTo(TaskState.Succeeded));
        Assert.That(attempt!.End!.Price!.Amount, Is.EqualTo(Simulator.Ledger.AmountUsd));
    }
}
