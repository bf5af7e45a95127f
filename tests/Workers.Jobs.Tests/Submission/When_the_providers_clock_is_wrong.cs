using Workers.Contracts;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Submission;

/// <summary>A call whose answer was lost has made a task, by a clock that is far from ours.</summary>
internal sealed class When_the_providers_clock_is_wrong : FleetTest
{
    private const string Lost = "a lighthouse [simulate create once drop-response]";

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:30";
    }

    [TestCase(20, true)]
    [TestCase(-20, true)]
    [TestCase(20, false)]
    [TestCase(-20, false)]
    [TestCase(-60 * 24 * 3, false)]
    public async Task A_fingerprint_decides_whatever_the_times_say(int minutes, bool tellsTime)
    {
        (SimulatorOptions.ClockAhead, SimulatorOptions.TellsTime) = (TimeSpan.FromMinutes(minutes), tellsTime);
        await StartFleet();

        var jobId = await Submit(Submission(Lost));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That(await AttemptsOf(jobId), Has.Count.EqualTo(1));
        TasksShouldBe(1);
    }

    [TestCase(20)]
    [TestCase(-20)]
    public async Task Without_one_the_times_are_judged_by_the_providers_own_clock(int minutes)
    {
        SimulatorOptions.ClockAhead = TimeSpan.FromMinutes(minutes);
        await StartFleet();

        var jobId = await Submit(Submission($"{Lost} [simulate task missing-fingerprint]"));

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        TasksShouldBe(1);
    }

    [TestCase(20)]
    [TestCase(-20)]
    public async Task What_matches_outside_the_time_is_left_to_a_person(int minutes)
    {
        (SimulatorOptions.ClockAhead, SimulatorOptions.TellsTime) = (TimeSpan.FromMinutes(minutes), false);
        await StartFleet();

        var jobId = await Submit(Submission($"{Lost} [simulate task missing-fingerprint]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Uncertain));
        Assert.That(blocked.Reason, Does.Contain(Simulator.Ledger.Tasks.Single().Id), "the person is told which task it may be");
        TasksShouldBe(1);
    }
}
