using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Failures;

internal sealed class When_a_dead_lettered_command_is_redriven : FleetTest
{
    [SetUp]
    public void ShortenTheWaits() => Settings["Redelivery:First"] = "00:00:00.010";

    [Test]
    public async Task Its_job_goes_on_and_succeeds()
    {
        var job = await BlockAt(Failpoint.BeforeAttempt);
        Failpoints.Disarm(Failpoint.BeforeAttempt);

        await Redrive(StartJob(job));

        await JobShouldGoThrough(job.CorrelationId, "Submitting", "Blocked", "Submitting", "Running", "Retrieving", "Succeeded");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_retrieval_goes_on_at_no_cost()
    {
        var job = await BlockAt(Failpoint.BeforeResult);
        Failpoints.Disarm(Failpoint.BeforeResult);

        await Redrive(new RetrieveResult(job.CorrelationId, job.TenantId, job.Correlation, job.Step - 1));

        await JobShouldGoThrough(job.CorrelationId, "Retrieving", "Blocked", "Retrieving", "Succeeded");
        TasksShouldBe(1);
    }

    [Test]
    public async Task A_cancelling_goes_on_as_one()
    {
        await StartFleet();
        var running = await JobShouldBe(await Submit(Submission("a lighthouse [simulate task stuck]")), nameof(JobLifecycle.Running));
        await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Single().State == TaskState.Running), () => "The task should begin, so that it can't be cancelled at once.");
        var attempt = (await AttemptsOf(running.CorrelationId))[0];
        await Cancel(running.CorrelationId);
        var cancelling = await JobShouldBe(running.CorrelationId, nameof(JobLifecycle.Cancelling));
        await Fleet.Bus.Publish(new CommandDeadLettered(running.CorrelationId, Tenant, running.Correlation, cancelling.Step, nameof(CancelTask), "TimeoutException"));
        await JobShouldBeBlocked(running.CorrelationId, FailureBucket.Unknown);

        await Redrive(new CancelTask(running.CorrelationId, Tenant, running.Correlation, cancelling.Step));

        await JobShouldGoThrough(running.CorrelationId, "Cancelling", "Blocked", "Cancelling");
        Assert.That(attempt.State, Is.EqualTo(AttemptState.Live));
    }

    [Test]
    public async Task Not_by_the_header_it_stays_stale()
    {
        var job = await BlockAt(Failpoint.BeforeAttempt);
        Failpoints.Disarm(Failpoint.BeforeAttempt);
        var (consumed, published) = (Watch<StartJob>(), new MessageCounts());
        Fleet.Bus.ConnectPublishObserver(published);

        await Fleet.Bus.Publish(StartJob(job));

        await Eventually(() => Task.FromResult(consumed.Count == 1), () => "The command should be consumed.");
        Assert.That(published.Now().Keys, Has.None.EqualTo(nameof(CommandRedriven)));
        await NothingShouldChange(job);
    }

    [Test]
    public async Task A_job_that_was_resumed_meanwhile_does_not_go_on_twice()
    {
        var job = await BlockAt(Failpoint.BeforeAttempt);
        Failpoints.Disarm(Failpoint.BeforeAttempt);
        await Resume(job.CorrelationId);
        var ended = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        var consumed = Watch<CommandRedriven>();

        await Redrive(StartJob(job));

        await Eventually(() => Task.FromResult(consumed.Count == 1), () => "The saga should hear of it.");
        await NothingShouldChange(ended);
        TasksShouldBe(1);
    }

    [Test]
    public async Task A_job_that_is_blocked_for_something_else_stays_blocked()
    {
        var job = await BlockAt(Failpoint.BeforeAttempt);
        await Resume(job.CorrelationId); // and it fails again: another command now lies among the dead letters
        var again = await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Unknown, times: 2);
        var consumed = Watch<CommandRedriven>();

        await Redrive(StartJob(job));

        await Eventually(() => Task.FromResult(consumed.Count == 1), () => "The saga should hear of it.");
        await NothingShouldChange(again);
    }

    [Test]
    public async Task Sent_to_see_whether_the_cause_is_mended_it_fails_at_its_first_failure()
    {
        var job = await BlockAt(Failpoint.BeforeAttempt);
        var calls = 0;
        Failpoints.Arm(Failpoint.BeforeAttempt, _ =>
        {
            Interlocked.Increment(ref calls);
            throw new InvalidOperationException("still broken for the test");
        });

        await Redrive(StartJob(job), redeliveries: 100);

        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Unknown, times: 2);
        Assert.That(calls, Is.EqualTo(1));
    }

    private static StartJob StartJob(Job blocked) => new(blocked.CorrelationId, blocked.TenantId, blocked.Correlation, blocked.Step - 1);

    private async Task<Job> BlockAt(string failpoint)
    {
        Failpoints.Arm(failpoint, _ => throw new InvalidOperationException("broken for the test"));
        await StartFleet();
        return await BlockAsync(Submission(), FailureBucket.Unknown);
    }

    private Task Redrive<T>(T command, int redeliveries = 0)
        where T : class, IJobCommand => Fleet.Bus.Publish(command, publish =>
        {
            publish.Headers.Set(Redrives.Header, 1);
            if (redeliveries > 0)
            {
                publish.Headers.Set(MessageHeaders.RedeliveryCount, redeliveries);
            }
        });

    private Consumed<T> Watch<T>()
        where T : class
    {
        var consumed = new Consumed<T>();
        Fleet.Bus.ConnectConsumeMessageObserver(consumed);
        return consumed;
    }

    private async Task NothingShouldChange(Job before)
    {
        var after = (await Find(before.CorrelationId))!;
        Assert.That((after.State, after.Step), Is.EqualTo((before.State, before.Step)));
    }
}
