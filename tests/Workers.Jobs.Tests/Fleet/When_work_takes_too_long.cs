using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

internal sealed class When_work_takes_too_long : FleetTest
{
    private int _tries;

    [SetUp]
    public void Limit()
    {
        Settings["Redelivery:First"] = "00:00:00.010";

        // By the machine's clock: on a busy one the work itself, with a server at the other end of each step, may not take as long.
        Settings["Endpoints:workers-retrieve-result:LongestWork"] = "00:00:02";

        // Five of them are ten minutes of the fleet's: the sweep is not to issue the command once more meanwhile.
        Settings["Sweep:FirstCheck"] = "02:00:00";
    }

    [Test]
    public async Task It_is_called_off_and_tried_again()
    {
        HangUpTo(1);
        await StartFleet();

        await JobShouldBe(await Submit(), nameof(JobLifecycle.Succeeded));

        Assert.That(_tries, Is.EqualTo(2));
    }

    [Test]
    public async Task It_counts_as_deliveries_that_failed_and_its_job_blocks_after_the_last()
    {
        HangUpTo(int.MaxValue);
        await StartFleet();

        var job = await JobShouldBeBlocked(await Submit(), FailureBucket.Unknown);

        Assert.That((job.Trouble!.Code, _tries), Is.EqualTo((nameof(TookTooLongException), RedeliveryOptions.Redeliveries + 1)));
    }

    private void HangUpTo(int tries) => Failpoints.Arm(
        Failpoint.BeforeResult,
        token => Interlocked.Increment(ref _tries) <= tries ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : Task.CompletedTask);
}
