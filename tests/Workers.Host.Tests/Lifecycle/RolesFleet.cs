using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Workers.Host.Tests.Shutdown;
using Workers.Host.Tests.Support;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Topology;
using Workers.Simulator;
using Workers.Testing;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.Host.Tests.Lifecycle;

/// <summary>A fleet in which each role has a process of its own, or none just now.</summary>
internal sealed class RolesFleet : IAsyncDisposable
{
    private const string Ends = "test-ends";

    private readonly VirtualHost _broker;
    private readonly TestDatabase _database;
    private readonly ModelArkSimulator _simulator;
    private readonly string _folder = Directory.CreateTempSubdirectory("workers-test-").FullName;
    private readonly ConcurrentDictionary<string, HostProcess> _processes = [];
    private readonly List<string> _keys = [];

    private RolesFleet(VirtualHost broker, TestDatabase database, ModelArkSimulator simulator) => (_broker, _database, _simulator) = (broker, database, simulator);

    /// <summary>What each process wrote that runs now.</summary>
    private string Output => string.Join('\n', _processes.Select(process => $"--- {process.Key}\n{process.Value.Output}"));

    /// <param name="tasksTake">How long a task runs, at most.</param>
    public static async Task<RolesFleet> CreateAsync(TimeSpan tasksTake) => new(
        await VirtualHost.CreateAsync(),
        await TestDatabase.CreateAsync(),
        await ModelArkSimulator.StartAsync(
            new SimulatorOptions { MaxRunning = 100_000, MaxQueued = 0, CreatesPerMinute = 0, StartDelay = TimeSpan.FromMilliseconds(50), MinTaskDuration = tasksTake / 4, MaxTaskDuration = tasksTake },
            TimeProvider.System,
            CancellationToken.None));

    /// <summary>From none to one.</summary>
    public async Task StartAsync(string role)
    {
        var process = HostProcess.Start(Settings(), "--roles", role);
        _processes[role] = process;
        await process.IsAsync(HttpStatusCode.OK, seconds: 240);
    }

    /// <summary>From one to none, as an orchestrator does it.</summary>
    public async Task StopAsync(string role)
    {
        Assert.That(_processes.TryRemove(role, out var process), Is.True);
        await using (process)
        {
            await process!.TerminateAsync();
            Assert.That(await process.EndsAsync(60), Is.Zero, process.Output);
            Assert.That(process.Output, Does.Contain("Ended in good order"), role);
        }
    }

    /// <summary>Hears of ends from now on; where the broker has the topology.</summary>
    public async Task ListenAsync()
    {
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Ends, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        foreach (var end in new[] { "job-succeeded", "job-failed", "job-cancelled", "job-blocked" })
        {
            await channel.QueueBindAsync(Ends, FleetTopology.Events, $"#.{end}");
        }
    }

    public async Task SubmitAsync(int count)
    {
        string[] keys = [.. Enumerable.Range(_keys.Count, count).Select(number => string.Create(CultureInfo.InvariantCulture, $"take-{number}"))];
        _keys.AddRange(keys);
        await BusyProvider.SubmitAsync(_broker, keys);
    }

    /// <summary>Waits until so many tasks are under way at the provider.</summary>
    public Task IsBusyAsync(int least) => Eventually.HoldsAsync(
        () => Task.FromResult(_simulator.Ledger.LiveTasks.Count >= least),
        () => $"There should be {least} tasks under way, and are {_simulator.Ledger.LiveTasks.Count}.\n{Output}",
        seconds: 120);

    /// <summary>How many jobs are under way by the fleet's own records.</summary>
    public async Task<long> UnderWayAsync() => (await new Stores(_database.Store).Jobs.CountLiveAsync(CancellationToken.None)).Values.Sum();

    /// <summary>Waits until all have succeeded, and sees that none was doubled and each end told, always in one form.</summary>
    public async Task AllSucceedAsync()
    {
        var jobs = new Stores(_database.Store).Jobs;
        await Eventually.HoldsAsync(
            async () => await _broker.CountAsync(Ends) >= _keys.Count && await UnderWayAsync() == 0,
            () => $"All {_keys.Count} jobs should end.\n{Output}",
            seconds: 300,
            latest: TimeSpan.FromMilliseconds(200));
        foreach (var key in _keys)
        {
            Assert.That((await jobs.FindAsync(JobIdentity.JobId("acme", key), CancellationToken.None))?.State, Is.EqualTo(nameof(JobLifecycle.Succeeded)), key);
        }

        Assert.That(_simulator.Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.Empty, "doubled");
        Assert.That(_simulator.Ledger.Invoice, Has.Count.EqualTo(_keys.Count), "paid once each");
        Assert.That(await DistinctEndsAsync(), Is.EqualTo(_keys.Count), "one end each, however often it is told");
        foreach (var queue in new[] { "workers-start-job_error", "workers-submit-job_error", "workers-job-events_error", "workers-poll-round_error", "workers-retrieve-result_error", FleetTopology.Unroutable })
        {
            Assert.That(await _broker.CountAsync(queue), Is.Zero, queue);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Values)
        {
            await process.DisposeAsync();
        }

        await _simulator.DisposeAsync();
        await _database.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<int> DistinctEndsAsync()
    {
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        HashSet<string?> ends = [];
        while (await channel.BasicGetAsync(Ends, autoAck: true) is { } message)
        {
            ends.Add(message.BasicProperties.MessageId);
        }

        return ends.Count;
    }

    private Dictionary<string, string?> Settings() => new(BusyProvider.Settings(_simulator, _broker, Path.Combine(_folder, "results"), grace: TimeSpan.FromSeconds(30)))
    {
        ["MongoDb:Url"] = _database.Options.Url,
        ["MongoDb:Database"] = _database.Options.Database,
        ["Outbound:AllowedHosts:0"] = _simulator.BaseAddress.Authority,
        ["Polling:FirstInterval"] = "00:00:00.5",
        ["Polling:LongestInterval"] = "00:00:02",
        ["Polling:RoundLease"] = "00:00:05",
        ["Endpoints:workers-start-job:Concurrency"] = "32",
        ["Endpoints:workers-start-job:Prefetch"] = "64",
    };
}
