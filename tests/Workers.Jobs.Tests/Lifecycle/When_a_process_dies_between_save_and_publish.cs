using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The state is stored, what follows from it never left: another process finds the job and goes on.</summary>
internal sealed class When_a_process_dies_between_save_and_publish : FleetTest
{
    private const string Fine = "a lighthouse";
    private const string Moderated = "a lighthouse [simulate task moderate]";
    private const string Refused = "a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]";

    [SetUp]
    public void ShortenTheWaits() => Settings["Sweep:FirstCheck"] = "00:01:00";

    [TestCase(Fine, nameof(JobLifecycle.Submitting), nameof(JobLifecycle.Succeeded))]
    [TestCase(Fine, nameof(JobLifecycle.Running), nameof(JobLifecycle.Succeeded))]
    [TestCase(Fine, nameof(JobLifecycle.Retrieving), nameof(JobLifecycle.Succeeded))]
    [TestCase(Fine, nameof(JobLifecycle.Succeeded), nameof(JobLifecycle.Succeeded))]
    [TestCase(Moderated, nameof(JobLifecycle.Failed), nameof(JobLifecycle.Failed))]
    [TestCase(Refused, nameof(JobLifecycle.Blocked), nameof(JobLifecycle.Blocked))]
    public async Task The_job_goes_on_and_its_event_is_announced(string prompt, string killedIn, string end)
    {
        await StartFleet();
        var submission = Submission(prompt);
        var jobId = JobIdentity.JobId(submission);
        Failpoints.KillWhen(Failpoint.SavedBeforePublish, async () => (await Find(jobId))?.State == killedIn);
        await Submit(submission);
        await Failpoints.ReachedAsync(Failpoint.SavedBeforePublish);

        await KillAndRestart();

        var job = await JobShouldBe(jobId, end);
        await Eventually(() => Task.FromResult(Ends().Length > 0), () => "The end should be announced.");
        await Eventually(async () => (await Find(jobId))!.Unannounced is null, () => "The mark should go once the event is confirmed.");
        Assert.That(Ends().Select(one => one.MessageId), Is.All.EqualTo(JobIdentity.MessageId(job.Generation, job.Step, $"Job{end}")));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.LessThanOrEqualTo(1));
    }

    private (Guid? MessageId, object Event)[] Ends() => [.. Events.All.Where(heard => heard.Event is JobSucceeded or JobFailed or JobBlocked)];
}
