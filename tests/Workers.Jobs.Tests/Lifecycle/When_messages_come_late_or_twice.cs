using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>Brokers deliver more than once and in any order: what is late, repeated or stale changes nothing.</summary>
internal sealed class When_messages_come_late_or_twice : FleetTest
{
    [SetUp]
    public void ShortenTheWaits() => Settings["Lifecycle:InitialBackoff"] = "00:00:01";

    [TestCase("a lighthouse [simulate task try 1 fail InternalServiceError]", "Succeeded", 2)]
    [TestCase("a lighthouse [simulate task moderate]", "Failed", 1)]
    [TestCase("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]", "Blocked", 0)]
    public async Task Every_message_of_an_ended_job_published_again_changes_nothing(string prompt, string end, int tasks)
    {
        await StartFleet();
        var replay = Replay.Of(Fleet.Bus);
        var jobId = await Submit(Submission(prompt));
        await JobShouldBe(jobId, end);
        await Eventually(async () => (await Find(jobId))!.Unannounced is null, () => "The end should be told.");
        await NothingShouldBeUnderWay(replay);
        var before = await EverythingOf(jobId);

        await replay.RunAsync(Fleet.Bus, (holds, otherwise) => Eventually(holds, otherwise));
        await NothingShouldBeUnderWay(replay);

        Assert.That(replay.Types, Does.Contain(nameof(StartJob)).And.Contain($"Job{end}").And.Contain(nameof(SubmitJob)));
        Assert.That(await EverythingOf(jobId), Is.EqualTo(before));
        Assert.That(Ends().Select(heard => heard.MessageId).Distinct().Count(), Is.EqualTo(1));
        TasksShouldBe(tasks);
    }

    [Test]
    public async Task An_end_that_comes_before_the_start_is_taken_and_the_start_changes_nothing()
    {
        await StartFleet();
        var go = Failpoints.PauseAt(Failpoint.TaskRecorded);
        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.TaskRecorded);

        await JobShouldGoThrough(jobId, "Waiting", "Submitting", "Retrieving", "Succeeded");
        await Eventually(async () => (await Find(jobId))!.Unannounced is null, () => "Its end should be announced.");
        var before = await EverythingOf(jobId);
        go.SetResult();
        await Heard<JobStarted>(e => e.JobId == jobId);

        Assert.That(await EverythingOf(jobId), Is.EqualTo(before));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Stale_commands_and_rounds_do_nothing()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate task stuck]"));
        var job = await JobShouldBe(jobId, nameof(JobLifecycle.Running));
        var replay = Replay.Of(Fleet.Bus);
        var stale = job.Step - 1;

        await Fleet.Bus.Publish(new StartJob(jobId, Tenant, job.Correlation, stale));
        await Fleet.Bus.Publish(new RetrieveResult(jobId, Tenant, job.Correlation, stale));
        await Fleet.Bus.Publish(new CancelTask(jobId, Tenant, job.Correlation, stale));
        await Fleet.Bus.Publish(new JobDue(jobId, Tenant, job.Correlation, stale));
        await Fleet.Bus.Publish(new CommandDeadLettered(jobId, Tenant, job.Correlation, stale, nameof(StartJob), "TimeoutException"));
        await Fleet.Bus.Publish(new PollRound("main", 1));

        await Eventually(() => Task.FromResult(replay.Consumed >= 6), () => $"All six should be consumed, and {replay.Consumed} were.");
        Assert.That((await Find(jobId))!.Step, Is.EqualTo(job.Step));
        Assert.That(Simulator.Ledger.Requests.Count(request => request.Operation is Operation.Create), Is.EqualTo(1));
        Assert.That(Simulator.Ledger.Requests.Count(request => request.Operation is Operation.Delete or Operation.Download), Is.Zero);
    }

    [TestCase("a lighthouse", "Succeeded")]
    [TestCase("a lighthouse [simulate task moderate]", "Failed")]
    [TestCase("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]", "Blocked")]
    public async Task An_end_that_nobody_confirmed_is_told_again_in_the_same_words(string prompt, string end)
    {
        Settings["Sweep:AnnounceAfter"] = "00:00:01";
        await StartFleet();
        var jobId = await Submit(Submission(prompt));
        await JobShouldBe(jobId, end);
        await Eventually(async () => (await Find(jobId))!.Unannounced is null, () => "The end should be told.");

        var job = (await Find(jobId))!;
        job.Unannounced = job.Step;
        job.Version++;
        Assert.That(await Stores.Jobs.ReplaceAsync(job, default), Is.True);

        await Eventually(() => Task.FromResult(Ends().Count >= 2), () => "The end should be told again.");
        Assert.That(Ends().Select(heard => (heard.MessageId, Json(heard.Event))).Distinct().Count(), Is.EqualTo(1));
        await Eventually(async () => (await Find(jobId))!.Unannounced is null, () => "The mark should go.");
    }

    private IReadOnlyList<(Guid? MessageId, object Event)> Ends() => [.. Events.All.Where(heard => heard.Event is JobSucceeded or JobFailed or JobBlocked)];

    /// <summary>The job, its attempts, result and failures, what the provider was asked for, and the files on disk.</summary>
    private async Task<string> EverythingOf(Guid jobId)
    {
        var job = (await Find(jobId))!;
        job.Version = 0; // a message that changes nothing may still count a write
        return Json(new
        {
            Job = job,
            Attempts = await AttemptsOf(jobId),
            Result = await Stores.Results.FindAsync(jobId, job.Generation, default),
            Failures = await Stores.Failures.OfJobAsync(jobId, default),
            Calls = Simulator.Ledger.Requests.Where(request => request.Operation != Operation.List),
            Files = Directory.Exists(ResultsRoot)
                ? new DirectoryInfo(ResultsRoot).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.FullName).Select(file => (file.FullName, file.LastWriteTimeUtc, file.Length).ToString())
                : [],
        });
    }

    /// <summary>Waits until a while has passed in which no message was consumed: a fact that no single message tells.</summary>
    private async Task NothingShouldBeUnderWay(Replay replay)
    {
        var (seen, since) = (-1, Time.GetUtcNow());
        await Eventually(
            () =>
            {
                if (replay.Consumed != seen)
                {
                    (seen, since) = (replay.Consumed, Time.GetUtcNow());
                }

                return Task.FromResult(Time.GetUtcNow() - since > TimeSpan.FromSeconds(15));
            },
            () => "The fleet should come to rest.");
    }

    private static string Json(object value) => JsonSerializer.Serialize(value, value.GetType());
}
