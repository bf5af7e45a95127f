using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The task ended well and was paid, but its output is not stored, or it is alive and nobody watches it: no second one is made unless somebody says so.</summary>
internal sealed class When_a_paid_job_is_resumed : FleetTest
{
    private const string NotGiven = "a lighthouse [simulate download want-key]";

    [Test]
    public async Task Its_output_gone_for_a_while_is_fetched()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate download try 1 answer 404] [simulate download try 2 answer 404]"));

        await JobShouldGoThrough(jobId, "Retrieving", "Succeeded");
        Assert.That(Events.Of<JobBlocked>(), Is.Empty, "nobody needs to resume it");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_output_not_as_expected_is_fetched_and_judged_again()
    {
        await StartFleet();
        var job = await BlockAsync(Submission() with { Expect = new ResultExpectation { MinBytes = 1_000_000_000 } }, FailureBucket.SchemaMismatch);

        await Resume(job.CorrelationId);

        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.SchemaMismatch, times: 2);
        Assert.That(Simulator.Ledger.Requests.Count(request => request is { Operation: Operation.Download, Status: 200 }), Is.EqualTo(2));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_output_too_large_is_fetched_once_there_is_room_for_it()
    {
        Settings["Retrieval:MaxBytes"] = "10";
        await StartFleet();
        var job = await BlockAsync(Submission(), FailureBucket.SchemaMismatch);
        Assert.That(Directory.EnumerateFiles(ResultsRoot, "*", SearchOption.AllDirectories), Is.Empty, "nothing half-done stays on disk");
        Settings.Remove("Retrieval:MaxBytes");
        await KillAndRestart();

        await Resume(job.CorrelationId);

        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Retrieving", "Succeeded");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_output_gone_for_good_blocks_it_again()
    {
        var clock = new JumpingTime(TimeScale);
        Time = clock;
        Settings["Lifecycle:JobTimeout"] = "5.00:00:00";
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate download answer 404]"));
        await JobShouldBe(jobId, nameof(JobLifecycle.Retrieving));
        clock.Jump(TimeSpan.FromHours(25));
        await JobShouldBeBlocked(jobId, FailureBucket.Timeout);

        await Resume(jobId);

        await JobShouldBeBlocked(jobId, FailureBucket.Timeout, times: 2);
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_input_is_not_corrected_for_a_second_bill_that_nobody_asked_for()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(NotGiven), FailureBucket.Auth);

        await Resume(job.CorrelationId, Corrected());

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("was paid").And.Contain("PayAgain"));
        TasksShouldBe(1);
    }

    [Test]
    public async Task By_one_who_pays_again_it_has_another_made_and_says_what_both_cost()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(NotGiven), FailureBucket.Auth);

        await Resume(job.CorrelationId, Corrected(), payAgain: true);

        var succeeded = await Heard<JobSucceeded>(e => e.JobId == job.CorrelationId);
        Assert.That(Simulator.Ledger.Invoice, Has.Count.EqualTo(2));
        Assert.That(succeeded.Cost.Actual, Is.EqualTo(Simulator.Ledger.AmountUsd));
        Assert.That(Events.Of<CommandRejected>(), Is.Empty);
    }

    [Test]
    public async Task Its_live_task_is_watched_to_its_end()
    {
        var job = await BlockWithLiveTaskAsync("a lighthouse [simulate task try 1 unknown-status queued 1]");

        await Resume(job.CorrelationId);

        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Running", "Retrieving", "Succeeded");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_input_is_not_corrected_while_its_task_lives()
    {
        var job = await BlockWithLiveTaskAsync("a lighthouse [simulate task stuck]");

        await Resume(job.CorrelationId, Corrected());

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("live task").And.Contain("PayAgain"));
        TasksShouldBe(1);
    }

    [Test]
    public async Task By_one_who_pays_again_it_leaves_its_live_task_watched()
    {
        var job = await BlockWithLiveTaskAsync("a lighthouse [simulate task stay-queued]");
        var given = job.TaskId!;

        await Resume(job.CorrelationId, Corrected(), payAgain: true);

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.TaskId, Is.Not.EqualTo(given));
        await DeleteAtProvider(given);
        await Eventually(
            async () => (await AttemptsOf(job.CorrelationId))[0] is { State: Jobs.Submission.AttemptState.Closed, End.Kind: Jobs.Submission.TaskEnd.Cancelled },
            () => "The task that was given up should be watched to its end.");
    }

    private async Task<Job> BlockWithLiveTaskAsync(string prompt)
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromMinutes(2);
        await StartFleet();
        var jobId = await Submit(Submission(prompt));
        var job = await JobShouldBe(jobId, nameof(JobLifecycle.Running));
        await Fleet.Bus.Publish(new CommandDeadLettered(jobId, job.TenantId, job.Correlation, job.Step, nameof(WatchTask), "TimeoutException"));
        return await JobShouldBeBlocked(jobId, FailureBucket.Unknown);
    }
}
