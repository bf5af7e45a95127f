using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Submission;

internal sealed class When_the_provider_is_away : FleetTest
{
    [Test]
    public async Task Jobs_wait_for_it_and_use_up_no_attempt()
    {
        Settings["Http:BreakerPause"] = "00:00:05";
        await StartFleet();
        SimulatorOptions.Port = Simulator.Root.Port;
        await StopProvider();

        // More calls than a job has attempts fail to leave.
        var jobId = await Submit();
        await Eventually(async () => await Find(jobId) is { State: nameof(JobLifecycle.Waiting), Deferrals: > 4 }, () => "The job should wait.");
        await StartProvider();

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That((await Find(jobId))!.AttemptsUsed, Is.Zero);
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(1));
    }
}
