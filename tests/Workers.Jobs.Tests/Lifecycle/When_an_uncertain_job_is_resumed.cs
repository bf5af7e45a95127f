using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>A call's answer was lost, and the provider's list did not tell whether it had made a task. Nobody makes another before that is settled.</summary>
internal sealed class When_an_uncertain_job_is_resumed : FleetTest
{
    private const string AnswerLost = "a lighthouse [simulate create once drop-response]";
    private const string NeverArrived = "a lighthouse [simulate create once drop-request]";

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:01";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Polling:MostFailedReads"] = "1";
        Settings["Polling:RereadAfter"] = "00:00:01";
        Settings["Lifecycle:InitialBackoff"] = "00:00:01";
    }

    [Test]
    public async Task The_task_that_the_list_then_shows_is_adopted()
    {
        var job = await BlockByListAsync(AnswerLost);

        await Resume(job.CorrelationId);

        job = await JobShouldGoThrough(job.CorrelationId, "Blocked", "Submitting", "Running", "Retrieving", "Succeeded");
        Assert.That(job.Attempt, Is.EqualTo(1));
        Assert.That(Events.Of<CommandRejected>(), Is.Empty);
        TasksShouldBe(1);
    }

    [Test]
    public async Task Another_is_made_when_the_list_then_shows_none()
    {
        var job = await BlockByListAsync(NeverArrived);

        await Resume(job.CorrelationId);

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Attempt, Is.EqualTo(2));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Several_matches_remain_and_block_it_again()
    {
        var (job, _) = await BlockBySeveralAsync();

        await Resume(job.CorrelationId);

        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Uncertain, times: 2);
        TasksShouldBe(2);
    }

    [Test]
    public async Task Settled_with_its_task_it_goes_on_with_that()
    {
        var (job, own) = await BlockBySeveralAsync();

        await Settle(job.CorrelationId, own);

        job = await JobShouldGoThrough(job.CorrelationId, "Blocked", "Submitting", "Running", "Retrieving", "Succeeded");
        Assert.That(job.TaskId, Is.EqualTo(own));
        Assert.That(Events.Of<CommandRejected>(), Is.Empty);
        TasksShouldBe(2);
    }

    [Test]
    public async Task Settled_with_a_task_that_the_provider_does_not_know_it_stays_uncertain()
    {
        var job = await BlockByListAsync(NeverArrived);

        await Settle(job.CorrelationId, "cgt-20260101000000-nobody");

        job = await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Uncertain, times: 2);
        Assert.That(job.Trouble!.Code, Is.EqualTo("TaskUnknown"));
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Uncertain));
        TasksShouldBe(0);
    }

    [Test]
    public async Task Settled_with_another_jobs_task_it_stays_uncertain()
    {
        var job = await BlockByListAsync(NeverArrived);
        var other = await JobShouldBe(await Submit(Submission("somebody else's lighthouse")), nameof(JobLifecycle.Succeeded));

        await Settle(job.CorrelationId, other.TaskId);

        job = await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Uncertain, times: 2);
        Assert.That(job.Trouble!.Code, Is.EqualTo("TaskTaken"));
        TasksShouldBe(1);
    }

    [TestCase(1)]
    [TestCase(3)]
    public async Task Settled_as_not_created_it_has_one_made(int maxAttempts)
    {
        Settings["Lifecycle:MaxAttempts"] = $"{maxAttempts}";
        var job = await BlockByListAsync(NeverArrived);

        await Settle(job.CorrelationId, notCreated: true);

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Attempt, Is.EqualTo(2));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Settled_as_not_created_its_input_may_be_corrected()
    {
        var job = await BlockByListAsync(NeverArrived);

        await Resume(job.CorrelationId, Corrected(), new Settlement { NotCreated = true, SettledBy = Operator });

        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(Simulator.Ledger.Tasks.Single().Prompt, Is.EqualTo(Corrected().Prompt));
    }

    [Test]
    public async Task Settled_both_ways_at_once_it_is_not_resumed()
    {
        var job = await BlockByListAsync(NeverArrived);

        await Settle(job.CorrelationId, "cgt-20260101000000-either", notCreated: true);

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("one of the two"));
        TasksShouldBe(0);
    }

    [Test]
    public async Task Its_input_is_not_corrected_while_it_may_have_a_task()
    {
        var job = await BlockByListAsync(AnswerLost);

        await Resume(job.CorrelationId, Corrected());

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("PayAgain"));
        Assert.That((await Find(job.CorrelationId))!.Step, Is.EqualTo(job.Step));
        TasksShouldBe(1);
    }

    [Test]
    public async Task By_one_who_pays_again_it_has_another_made()
    {
        var job = await BlockByListAsync(AnswerLost);

        await Resume(job.CorrelationId, Corrected(), payAgain: true);

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Attempt, Is.EqualTo(2));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(2), "as was accepted");
    }

    /// <summary>The first reading of the provider's list fails, and one is all that the fleet tries.</summary>
    private async Task<Job> BlockByListAsync(string prompt)
    {
        SimulatorOptions.Faults = new FaultScript { Rules = [new FaultRule { Operation = Operation.List, Fault = new Fault.WrongShape(), Tries = [1] }] };
        await StartFleet();
        var job = await BlockAsync(Submission(prompt), FailureBucket.Uncertain);
        Assert.That(job.Standing, Is.EqualTo(AttemptStanding.Uncertain));
        return job;
    }

    private async Task<(Job Job, string TaskId)> BlockBySeveralAsync()
    {
        await StartFleet();
        var jobId = await Submit(Submission(AnswerLost));
        await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Count == 1), () => "The lost call should have made a task.");
        var own = Simulator.Ledger.Tasks.Single();
        await MakeTaskAtProvider(own.ExecutionExpiresAfter);
        return (await JobShouldBeBlocked(jobId, FailureBucket.Uncertain), own.Id);
    }
}
