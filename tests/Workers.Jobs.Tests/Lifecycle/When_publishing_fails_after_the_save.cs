using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The message is redelivered, finds its work done, and what follows from the state is issued again at once: the sweep would take ten minutes.</summary>
internal sealed class When_publishing_fails_after_the_save : FleetTest
{
    private int _failures;

    [TestCase(nameof(JobLifecycle.Submitting))]
    [TestCase(nameof(JobLifecycle.Running))]
    [TestCase(nameof(JobLifecycle.Retrieving))]
    [TestCase(nameof(JobLifecycle.Succeeded))]
    public async Task The_job_goes_on_at_once(string state)
    {
        await StartFleet();
        var submission = Submission();
        var jobId = JobIdentity.JobId(submission);
        FailOnceIn(jobId, state);

        await Submit(submission);

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(_failures, Is.EqualTo(1));
        Assert.That(Events.Of<JobAccepted>().Select(accepted => accepted.Duplicate), Is.All.False);
        Assert.That(Time.GetUtcNow() - (await Find(jobId))!.SubmittedAt, Is.LessThan(TimeSpan.FromMinutes(10)), "before the sweep looks");
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_resumed_job_goes_on_and_the_command_is_not_rejected()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse", "blocked", ("duration", 99)));
        await Heard<JobBlocked>(e => e.JobId == jobId);
        FailOnceIn(jobId, nameof(JobLifecycle.Submitting));

        await Resume(jobId, Submission("a lighthouse").Input);

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(_failures, Is.EqualTo(1));
        Assert.That(Events.Of<CommandRejected>(), Is.Empty);
    }

    private void FailOnceIn(Guid jobId, string state) => Failpoints.Arm(Failpoint.SavedBeforePublish, async _ =>
    {
        if ((await Find(jobId))?.State == state && Interlocked.CompareExchange(ref _failures, 1, 0) == 0)
        {
            throw new IOException("The broker is gone.");
        }
    });
}
