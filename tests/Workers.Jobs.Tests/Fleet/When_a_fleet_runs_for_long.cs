using System.Globalization;
using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Fleet;

/// <summary>The sample file over and over, with a short retention: thousands of jobs.</summary>
[NonParallelizable]
[Category("Long")]
internal sealed class When_a_fleet_runs_for_long : FleetTest
{
    /// <summary>By the count and not by the clock: a busy machine tries as much. On servers each takes longer.</summary>
    private static readonly int Rounds = RunsOnRabbitMq ? 6 : 8;

    /// <summary>What one kept job may hold: its record, its attempt, its result, its indexes.</summary>
    private const long BytesPerJob = 8 * 1024;

    /// <summary>The provider shares this process and keeps every task for its seven days: 1.3 to 1.4 kB each were measured.</summary>
    private const long BytesPerSimulatedTask = 1536;

    /// <summary>Pools, caches and buffers that grow to a size and stay there.</summary>
    private const long Slack = 2 * 1024 * 1024;

    private const int FilesPerRound = 16;

    /// <summary>A repeat makes no job, and neither does what breaks the contract.</summary>
    private readonly string[] _lines =
    [
        .. File.ReadLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "jobs.jsonl"))
            .Where(line => line.StartsWith('{') && !line.Contains("\"duplicate\"", StringComparison.Ordinal) && !line.Contains("\"rejected\"", StringComparison.Ordinal)),
    ];

    private JumpingTime _clock = null!;

    protected override double TimeScale => 100;

    [SetUp]
    public void SetClock() => Time = _clock = new JumpingTime(TimeScale);

    [Test]
    public async Task It_holds_no_more_memory_than_the_jobs_that_it_keeps()
    {
        SimulatorOptions.KeepCountersOnly = true;
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));
        SimulatorOptions.MaxRunning = 1000;
        SimulatorOptions.CreatesPerMinute = 0;
        Settings["Accounts:main:TasksInFlight"] = "1000";
        Settings["Accounts:main:CreatesPerMinute"] = "60000";
        Settings["Retention:KeepEndedFor"] = "1.00:00:00";
        Settings["Retention:KeepCostsFor"] = "1.00:00:00";
        await StartFleet();

        // What is started up, compiled and pooled once is not what a leak is.
        await RunRound(0);
        var old = await Stores.Jobs.ListAsync(new JobQuery { Phase = Phase.Terminal }, null, int.MaxValue, default);
        await RunRound(1);

        var (before, keptBefore) = (Heap(), await Kept());
        for (var round = 0; round < Rounds; round++)
        {
            await RunRound(2 + round);
        }

        var (after, keptAfter) = (Heap(), await Kept());
        var grown = after - before;
        var ran = Rounds * FilesPerRound * _lines.Length;
        TestContext.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ran} jobs, {keptBefore} then {keptAfter} kept; heap {before / 1024.0:F0} then {after / 1024.0:F0} KiB"));
        Assert.That(keptAfter, Is.LessThan(ran / 2), "jobs past their retention are gone");
        Assert.That(grown, Is.LessThan((Math.Max(0, keptAfter - keptBefore) * BytesPerJob) + (ran * BytesPerSimulatedTask) + Slack));

        Assert.That(old.Select(job => job.State), Is.SupersetOf(new[] { nameof(JobLifecycle.Succeeded), nameof(JobLifecycle.Failed) }));
        foreach (var job in old)
        {
            Assert.That(await Find(job.CorrelationId), Is.Null);
            Assert.That(await Stores.Attempts.OfJobAsync(job.CorrelationId, job.Generation, default), Is.Empty);
            Assert.That(await Stores.Results.FindAsync(job.CorrelationId, job.Generation, default), Is.Null);
            Assert.That(await Stores.Failures.OfJobAsync(job.CorrelationId, default), Is.Empty);
        }

        Assert.That((await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default)).Values.Sum(), Is.LessThanOrEqualTo(keptAfter));
    }

    /// <summary>The sample file several times over, each with keys of its own.</summary>
    private async Task RunRound(int round)
    {
        await Task.WhenAll(Enumerable.Range(0, FilesPerRound).Select(file => RunFile($"{round}-{file}")));
        Events.Forget();
        _clock.Jump(TimeSpan.FromHours(12)); // nothing is under way: a day's retention passes in two rounds
    }

    private async Task RunFile(string suffix)
    {
        var submissions = Sample(suffix);
        await Task.WhenAll(submissions.Select(Submit));
        var ended = await EachShouldEnd(submissions.Select(JobIdentity.JobId), seconds: 60);

        // A blocked job waits for somebody; here somebody cancels it.
        var blocked = ended.Where(job => job.State == nameof(JobLifecycle.Blocked)).ToList();
        await Task.WhenAll(blocked.Select(job => Cancel(job.CorrelationId, job.TenantId)));
        await EachShould(blocked.Select(job => job.CorrelationId), job => JobSteps.PhaseOf(job.State) == Phase.Terminal, (open, first) => $"{open} jobs of {suffix} should be cancelled, the first: {first}");
    }

    /// <summary>The lines of the sample file that make a job of their own.</summary>
    private SubmitJob[] Sample(string suffix) =>
    [
        .. _lines.Select(line => JsonSerializer.Deserialize(line.Replace("{simulator}", Simulator.Root.ToString(), StringComparison.Ordinal), ContractsJson.Default.SubmitJob)!)
            .Select(line => line with { IdempotencyKey = $"{line.IdempotencyKey}-{suffix}", Input = line.Input! with { Prompt = $"{line.Input.Prompt} {suffix}" } }),
    ];

    private async Task<int> Kept() => (await Stores.Jobs.ListAsync(new JobQuery { Phase = Phase.Terminal }, null, int.MaxValue, default)).Count;

    private static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
