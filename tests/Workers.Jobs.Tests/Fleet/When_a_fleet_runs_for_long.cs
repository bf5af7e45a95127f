using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>The same kinds of jobs over and over for a minute, with a short retention.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class When_a_fleet_runs_for_long : FleetTest
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    /// <summary>What one kept job may hold: its record, its attempt, its result, its indexes.</summary>
    private const long BytesPerJob = 8 * 1024;

    /// <summary>The provider shares this process and keeps every task for its seven days: 1.3 to 1.4 kB each were measured.</summary>
    private const long BytesPerSimulatedTask = 1536;

    /// <summary>Pools, caches and buffers that grow to a size and stay there.</summary>
    private const long Slack = 2 * 1024 * 1024;

    protected override double TimeScale => 100;

    [Test]
    public async Task It_holds_no_more_memory_than_the_jobs_that_it_keeps()
    {
        SimulatorOptions.KeepCountersOnly = true;
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        SimulatorOptions.MaxRunning = 1000;
        SimulatorOptions.CreatesPerMinute = 0;
        Settings["Accounts:main:TasksInFlight"] = "1000";
        Settings["Accounts:main:CreatesPerMinute"] = "60000";
        Settings["Lifecycle:KeepEndedFor"] = "00:05:00";
        await StartFleet();

        // Of the first batch one job that succeeds (the third) and one that fails (the first).
        await RunBatch(0);
        var old = await Task.WhenAll(Find(JobIdentity.JobId(Tenant, "batch-0-2")), Find(JobIdentity.JobId(Tenant, "batch-0-0")));

        // What is started up, compiled and pooled once is not what a leak is.
        for (var warmUp = 1; warmUp < 5; warmUp++)
        {
            await RunBatch(warmUp);
        }

        var (before, keptBefore) = (Heap(), await Kept());
        var began = TimeProvider.System.GetTimestamp();
        var batch = 5;
        while (TimeProvider.System.GetElapsedTime(began) < Minute)
        {
            await RunBatch(batch++);
        }

        var (after, keptAfter) = (Heap(), await Kept());
        var grown = after - before;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(batch - 5) * 25} jobs, {keptBefore} then {keptAfter} kept; heap {before / 1024.0:F0} then {after / 1024.0:F0} KiB"));
        Assert.That(keptAfter, Is.LessThan((batch - 5) * 25 / 2), "jobs past their retention are gone");
        Assert.That(grown, Is.LessThan((Math.Max(0, keptAfter - keptBefore) * BytesPerJob) + ((batch - 5) * 25 * BytesPerSimulatedTask) + Slack));

        foreach (var job in old)
        {
            Assert.That(await Find(job!.CorrelationId), Is.Null);
            Assert.That(await Stores.Attempts.OfJobAsync(job.CorrelationId, job.Generation, default), Is.Empty);
            Assert.That(await Stores.Results.FindAsync(job.CorrelationId, job.Generation, default), Is.Null);
            Assert.That(await Stores.Failures.OfJobAsync(job.CorrelationId, default), Is.Empty);
        }

        Assert.That((await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default)).Values.Sum(), Is.LessThanOrEqualTo(keptAfter));
    }

    /// <summary>25 jobs, of which one is blocked and one fails.</summary>
    private async Task RunBatch(int number)
    {
        var submissions = Enumerable.Range(0, 25).Select(i => Submission(
            i switch
            {
                0 => $"lighthouse {number} [simulate task moderate]",
                1 => $"lighthouse {number} [simulate create answer 400 InputTextSensitiveContentDetected]",
                _ => $"lighthouse {number}, take {i}",
            },
            string.Create(CultureInfo.InvariantCulture, $"batch-{number}-{i}"))).ToArray();
        var jobs = await Task.WhenAll(submissions.Select(Submit));
        var open = jobs.ToHashSet();
        await Eventually(
            async () =>
            {
                foreach (var job in await Task.WhenAll(open.Select(Find)))
                {
                    if (job is not null && JobSteps.PhaseOf(job.State) != Phase.InProgress)
                    {
                        open.Remove(job.CorrelationId);
                    }
                }

                return open.Count == 0;
            },
            () => $"Batch {number} should end.");

        // A blocked job waits for somebody; here somebody cancels it.
        await Fleet.Bus.Publish(new CancelJob { JobId = jobs[1], TenantId = Tenant, RequestedBy = "test" });
        Events.Forget();
    }

    private async Task<int> Kept() => (await Stores.Jobs.EndedAsync(DateTimeOffset.MaxValue, int.MaxValue, default)).Count;

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
