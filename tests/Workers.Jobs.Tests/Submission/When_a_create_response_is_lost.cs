using System.Net.Http.Headers;
using System.Net.Http.Json;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Submission;

internal sealed class When_a_create_response_is_lost : FleetTest
{
    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:30";
    }

    [Test]
    public async Task The_task_that_was_made_is_adopted()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate create once drop-response]"));

        var started = await Heard<JobStarted>(e => e.JobId == jobId);
        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(started.Attempt, Is.EqualTo(1));
        Assert.That(started.TaskId, Is.EqualTo(Simulator.Ledger.Tasks.Single().Id));
        Assert.That(await AttemptsOf(jobId), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task It_is_tried_again_when_the_list_twice_shows_that_no_task_was_made()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate create once answer 500]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        var attempts = await AttemptsOf(jobId);
        Assert.That(attempts.Select(attempt => attempt.State), Is.EqualTo(new[] { AttemptState.NotCreated, AttemptState.Closed }));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(1));
        Assert.That(Simulator.Ledger.ListCalls.Count(call => call.Ids == 0 && call.At > attempts[0].CallBy + TimeSpan.FromSeconds(30)), Is.GreaterThanOrEqualTo(2));
        Assert.That(Simulator.Ledger.ListRateExceeded, Is.False);
    }

    [Test]
    public async Task Several_matches_block_it_as_uncertain()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate create once drop-response]"));
        await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Count == 1), () => "The lost call should have made a task.");
        await MakeTaskOutside("another lighthouse", Simulator.Ledger.Tasks.Single().ExecutionExpiresAfter);

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);

        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Uncertain));
        Assert.That(blocked.Reason, Does.Contain("2 tasks"));
        Assert.That(blocked.Fix, Does.Contain("TaskId").And.Contain("NotCreated"));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(2), "nobody made a third");
    }

    [Test]
    public async Task A_task_that_another_job_holds_is_not_adopted()
    {
        await StartFleet();
        var first = await Submit(Submission("a lighthouse [simulate task stuck]", "first"));
        await JobShouldBe(first, nameof(JobLifecycle.Running));

        // The same kind of task at the same time: only the fingerprint, and who holds it, tell them apart.
        var second = await Submit(Submission("a lighthouse [simulate create once answer 500]", "second"));

        await Heard<JobSucceeded>(e => e.JobId == second);
        Assert.That((await Find(first))!.TaskId, Is.Not.EqualTo((await Find(second))!.TaskId));
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_list_that_cannot_be_read_to_its_end_blocks_it_as_uncertain()
    {
        SimulatorOptions.Faults = new FaultScript { Rules = [new FaultRule { Operation = Operation.List, Fault = new Fault.Answer(500, "InternalServiceError") }] };
        Settings["Http:Retries"] = "0";
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate create drop-response]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Uncertain));
        Assert.That(blocked.Reason, Does.Contain("could not be read to its end"));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(1), "nobody made a second");
    }

    [Test]
    public async Task A_process_that_was_paused_with_the_answer_in_hand_and_another_that_reconciles_agree()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.AfterCall);
        var jobId = await Submit(Submission("a lighthouse"));
        await Failpoints.ReachedAsync(Failpoint.AfterCall);

        await using var other = await StartAnotherFleet();
        await AskAgain(other, jobId);
        var started = await Heard<JobStarted>(e => e.JobId == jobId);
        go.SetResult();

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(started.TaskId, Is.EqualTo(Simulator.Ledger.Tasks.Single().Id), "adopted, not made again");
        Assert.That(await AttemptsOf(jobId), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_process_that_was_paused_before_its_call_has_lost_the_right_to_make_it()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.BeforeCall);
        var jobId = await Submit(Submission("a lighthouse"));
        await Failpoints.ReachedAsync(Failpoint.BeforeCall);
        Failpoints.Disarm(Failpoint.BeforeCall);

        // While the call could still be under way the other only waits; then it finds that no task was made, and makes one.
        await using var other = await StartAnotherFleet();
        await AskAgain(other, jobId);
        var started = await Heard<JobStarted>(e => e.JobId == jobId);
        go.SetResult();

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        await Eventually(async () => (await Stores.Accounts.GetAsync("main", default)).InFlight == 0, () => "All slots should be back.");
        Assert.That(started.Attempt, Is.EqualTo(2));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(1), "the paused process made no call");
    }

    private Task<RunningFleet> StartAnotherFleet() =>
        StartProcess(new ScriptedFailpoints());

    /// <summary>Has another process find the attempt, as it would when the broker delivers the command again.</summary>
    private async Task AskAgain(RunningFleet fleet, Guid jobId)
    {
        var job = (await Find(jobId))!;
        await fleet.Bus.Publish(new StartJob(jobId, job.TenantId, job.Correlation, job.Step));
    }

    /// <summary>Makes a task past the fleet, as like the fleet's own as can be.</summary>
    private async Task MakeTaskOutside(string prompt, int executionExpiresAfter)
    {
        using var http = new HttpClient { BaseAddress = Simulator.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "simulator-key");
        using var response = await http.PostAsJsonAsync("contents/generations/tasks", new
        {
            model = "dreamina-seedance-2-0-260128",
            content = new[] { new { type = "text", text = prompt } },
            execution_expires_after = executionExpiresAfter,
        });
        response.EnsureSuccessStatusCode();
    }
}
