using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>Cancelled means that the provider can no longer bill it. What can't be stopped any more ends as it ends, with its cost.</summary>
internal sealed class When_a_job_is_cancelled : FleetTest
{
    private const string Queued = "a lighthouse [simulate task stay-queued]";

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Lifecycle:InitialBackoff"] = "00:00:01";
        Settings["Sweep:FirstCheck"] = "12:00:00"; // nothing here is the sweep's doing
    }

    [Test]
    public async Task Waiting_for_its_turn_it_is_never_asked_for()
    {
        Settings["Accounts:main:TasksInFlight"] = "1";
        await StartFleet();
        await JobShouldBe(await Submit(Submission(Queued, "first")), nameof(JobLifecycle.Running));
        var jobId = await Submit(Submission("a lighthouse", "second"));
        await JobShouldBe(jobId, nameof(JobLifecycle.Waiting));

        await Cancel(jobId);

        await JobShouldBeCancelled(jobId);
        Assert.That((await AttemptsOf(jobId)).Single().Failure?.Code, Is.EqualTo("CancelledBeforeCall"), "a message under way would find it forestalled");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Submitting_before_its_attempt_is_written_it_is_forestalled()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.BeforeAttempt);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.BeforeAttempt);

        await Cancel(jobId);
        await JobShouldBeCancelled(jobId);
        go.SetResult();

        await Eventually(async () => (await Stores.Accounts.GetAsync("main", default)).InFlight == 0, () => "The slot should come back.");
        Assert.That(Simulator.Ledger.Requests.Count(request => request.Operation == Operation.Create), Is.Zero);
    }

    [Test]
    public async Task Submitting_with_its_call_under_way_its_task_is_dropped_before_it_begins()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.AfterCall);
        var jobId = await Submit(Submission(Queued));
        await Failpoints.ReachedAsync(Failpoint.AfterCall);

        await Cancel(jobId);
        await JobShouldBe(jobId, nameof(JobLifecycle.Cancelling));
        go.SetResult();

        await JobShouldBeCancelled(jobId);
        TheTaskShouldBeCancelled();
    }

    [Test]
    public async Task Submitting_with_its_call_refused_for_now_it_is_not_tried_again()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.AfterCall);
        var jobId = await Submit(Submission("a lighthouse [simulate create once retry-after 5]"));
        await Failpoints.ReachedAsync(Failpoint.AfterCall);

        await Cancel(jobId);
        await JobShouldBe(jobId, nameof(JobLifecycle.Cancelling));
        go.SetResult();

        await JobShouldBeCancelled(jobId);
        TasksShouldBe(0);
    }

    [Test]
    public async Task Running_while_its_task_is_queued_the_task_is_cancelled_and_not_billed()
    {
        await StartFleet();
        var jobId = await Submit(Submission(Queued));
        await JobShouldBe(jobId, nameof(JobLifecycle.Running));

        await Cancel(jobId);

        await JobShouldBeCancelled(jobId);
        TheTaskShouldBeCancelled();
    }

    [Test]
    public async Task Running_while_its_task_runs_it_ends_well_with_its_cost()
    {
        var jobId = await SubmitAndRunAsync("a lighthouse");

        await Cancel(jobId);

        await JobShouldGoThrough(jobId, "Running", "Cancelling", "Retrieving", "Succeeded");
        var succeeded = await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(succeeded.Cost.Actual, Is.EqualTo(Simulator.Ledger.AmountUsd).And.GreaterThan(0));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Running_while_its_task_fails_it_fails_and_is_not_tried_again()
    {
        var jobId = await SubmitAndRunAsync("a lighthouse [simulate task fail InternalServiceError]");

        await Cancel(jobId);

        await JobShouldGoThrough(jobId, "Running", "Cancelling", "Failed");
        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Cost.Actual, Is.Zero);
        TasksShouldBe(1);
    }

    [Test]
    public async Task Retrieving_it_is_too_late_and_succeeds()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.Downloading);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.Downloading);

        await Cancel(jobId);
        var reason = await CommandShouldBeRejected<CancelJob>(jobId);
        go.SetResult();

        Assert.That(reason, Does.Contain("was paid"));
        await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
    }

    [Test]
    public async Task Blocked_before_its_first_attempt_it_is_cancelled_at_once()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: ("duration", 400)), FailureBucket.Validation);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.None));

        await Cancel(job.CorrelationId);

        await JobShouldBeCancelled(job.CorrelationId);
        TasksShouldBe(0);
    }

    [Test]
    public async Task Blocked_after_a_refused_attempt_it_is_cancelled_at_once()
    {
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]"), FailureBucket.ContentPolicy);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Failed));

        await Cancel(job.CorrelationId);

        await JobShouldBeCancelled(job.CorrelationId);
        TasksShouldBe(0);
    }

    [Test]
    public async Task Blocked_after_its_submission_was_dead_lettered_it_is_forestalled()
    {
        Settings["Redelivery:First"] = "00:00:00.010";
        Failpoints.Arm(Failpoint.BeforeAttempt, _ => throw new InvalidOperationException("broken for the test"));
        await StartFleet();
        var job = await BlockAsync(Submission(), FailureBucket.Unknown);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Open));

        await Cancel(job.CorrelationId);

        await JobShouldBeCancelled(job.CorrelationId);
        TasksShouldBe(0);
    }

    [Test]
    public async Task Blocked_with_a_live_task_the_task_is_cancelled()
    {
        await StartFleet();
        var jobId = await Submit(Submission(Queued));
        var job = await JobShouldBe(jobId, nameof(JobLifecycle.Running));
        await Fleet.Bus.Publish(new CommandDeadLettered(jobId, job.TenantId, job.Correlation, job.Step, nameof(WatchTask), "TimeoutException"));
        job = await JobShouldBeBlocked(jobId, FailureBucket.Unknown);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Alive));

        await Cancel(jobId);

        await JobShouldBeCancelled(jobId);
        TheTaskShouldBeCancelled();
    }

    [TestCase("drop-request", 0)]
    [TestCase("drop-response", 1)]
    public async Task Blocked_as_uncertain_it_is_cancelled_once_it_is_known_what_there_is(string fault, int tasks)
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:01";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Polling:MostFailedReads"] = "1";
        Settings["Polling:RereadAfter"] = "00:00:01";
        SimulatorOptions.Faults = new FaultScript { Rules = [new FaultRule { Operation = Operation.List, Fault = new Fault.WrongShape(), Tries = [1] }] };
        await StartFleet();
        var job = await BlockAsync(Submission($"{Queued} [simulate create once {fault}]"), FailureBucket.Uncertain);

        await Cancel(job.CorrelationId);

        await JobShouldBeCancelled(job.CorrelationId);
        TasksShouldBe(tasks);
        Assert.That(Simulator.Ledger.LiveTasks, Is.Empty);
    }

    [Test]
    public async Task Blocked_with_a_paid_task_it_is_cancelled_with_its_cost()
    {
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate download want-key]"), FailureBucket.Auth);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Succeeded));

        await Cancel(job.CorrelationId);

        var cancelled = await JobShouldBeCancelled(job.CorrelationId);
        Assert.That(cancelled.Cost.Actual, Is.EqualTo(Simulator.Ledger.AmountUsd).And.GreaterThan(0));
    }

    [TestCase("a lighthouse", "Succeeded")]
    [TestCase("a lighthouse [simulate task moderate]", "Failed")]
    public async Task Ended_it_stays_as_it_ended(string prompt, string state)
    {
        await StartFleet();
        var jobId = await Submit(Submission(prompt));
        var job = await JobShouldBe(jobId, state);

        await Cancel(jobId);

        Assert.That(await CommandShouldBeRejected<CancelJob>(jobId), Does.Contain(state));
        Assert.That((await Find(jobId))!.Step, Is.EqualTo(job.Step));
    }

    [Test]
    public async Task Unknown_it_is_waited_for_and_then_rejected()
    {
        Settings["Redelivery:First"] = "00:00:00.010";
        await StartFleet();
        var jobId = JobIdentity.JobId(Submission());

        await Cancel(jobId);

        Assert.That(await CommandShouldBeRejected<CancelJob>(jobId), Does.Contain("no such job"));
        Assert.That(await Find(jobId), Is.Null);
    }

    [Test]
    public async Task Before_its_submission_arrives_the_command_waits_for_it()
    {
        Settings["Redelivery:First"] = "00:00:01"; // of ours: the in-memory transport waits by no other clock
        await StartFleet();
        var submission = Submission(Queued);

        await Cancel(JobIdentity.JobId(submission));
        var jobId = await Submit(submission);

        await JobShouldBeCancelled(jobId);
    }

    [Test]
    public async Task By_another_tenant_it_goes_on()
    {
        Settings["Redelivery:First"] = "00:00:00.010";
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate task stuck]"));
        var job = await JobShouldBe(jobId, nameof(JobLifecycle.Running));

        await Cancel(jobId, tenant: "globex");

        Assert.That(await CommandShouldBeRejected<CancelJob>(jobId), Does.Contain("no such job"));
        Assert.That((await Find(jobId))!.Step, Is.EqualTo(job.Step));
    }

    [Test]
    public async Task Twice_is_once()
    {
        await StartFleet();
        var jobId = await Submit(Submission(Queued));
        await JobShouldBe(jobId, nameof(JobLifecycle.Running));

        await Task.WhenAll(Cancel(jobId), Cancel(jobId));
        await JobShouldBeCancelled(jobId);
        await Cancel(jobId);

        Assert.That(await CommandShouldBeRejected<CancelJob>(jobId), Does.Contain("has ended"));
        Assert.That(PathOf(await Find(jobId)).TakeLast(3), Is.EqualTo(CancelledOnce));
        Assert.That(Events.All.Where(heard => heard.Event is JobCancelled).Select(heard => heard.MessageId).Distinct().Count(), Is.EqualTo(1));
        TheTaskShouldBeCancelled();
    }

    private static readonly string[] CancelledOnce = ["Running", "Cancelling", "Cancelled"];

    /// <summary>Has a job whose task runs at the provider, and so can't be cancelled there any more.</summary>
    private async Task<Guid> SubmitAndRunAsync(string prompt)
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromMinutes(2);
        await StartFleet();
        var jobId = await Submit(Submission(prompt));
        await JobShouldBe(jobId, nameof(JobLifecycle.Running));
        await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Single().State == TaskState.Running), () => "The task should begin.");
        return jobId;
    }

    private async Task<JobCancelled> JobShouldBeCancelled(Guid jobId)
    {
        await JobShouldBe(jobId, nameof(JobLifecycle.Cancelled));
        return await Heard<JobCancelled>(e => e.JobId == jobId);
    }

    private void TheTaskShouldBeCancelled()
    {
        Assert.That(Simulator.Ledger.Tasks.Single().State, Is.EqualTo(TaskState.Cancelled));
        Assert.That(Simulator.Ledger.AmountUsd, Is.Zero);
    }
}
