using System.Globalization;
using System.Net;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Contracts;
using Workers.Host.Tests.Support;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.Host.Tests.Logs;

/// <summary>Four processes, each with roles of its own, that log to one server.</summary>
internal sealed class LoggedFleet : IAsyncDisposable
{
    private static readonly string[] Roles = ["lifecycle,failures", "submission", "polling", "retrieval"];
    private static readonly string[] Ends = [nameof(JobLifecycle.Blocked), nameof(JobLifecycle.Succeeded), nameof(JobLifecycle.Failed), nameof(JobLifecycle.Cancelled)];

    /// <summary>The waits of its delays.</summary>
    public static IReadOnlyList<string> Rungs { get; } = ["00:00:00.050", "00:00:00.150", "00:00:00.600", "00:00:03"];

    private readonly VirtualHost _broker;
    private readonly TestDatabase _database;
    private readonly ModelArkSimulator _simulator;
    private readonly string _folder;
    private readonly Dictionary<string, string?> _settings;
    private readonly List<HostProcess> _processes = [];

    private LoggedFleet(VirtualHost broker, TestDatabase database, ModelArkSimulator simulator, string folder, Dictionary<string, string?> settings) =>
        (_broker, _database, _simulator, _folder, _settings) = (broker, database, simulator, folder, settings);

    public IReadOnlyList<HostProcess> Processes => _processes;

    public VirtualHost Broker => _broker;

    public TestDatabase Database => _database;

    public ModelArkSimulator Simulator => _simulator;

    /// <summary>Where its files lie.</summary>
    public string Folder => _folder;

    public static async Task<LoggedFleet> StartAsync(LogServer server, Dictionary<string, string?>? more = null, string apiKey = "simulator-key", FaultScript? faults = null)
    {
        var folder = Directory.CreateTempSubdirectory("workers-test-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "seq-key"), LogServer.Key + "\n");
        var simulator = await ModelArkSimulator.StartAsync(
            new SimulatorOptions
            {
                ApiKeys = new Dictionary<string, string> { [apiKey] = "account-1" },
                MaxRunning = 100_000,
                MaxQueued = 0,
                CreatesPerMinute = 0,
                StartDelay = TimeSpan.FromMilliseconds(50),
                MinTaskDuration = TimeSpan.FromMilliseconds(300),
                MaxTaskDuration = TimeSpan.FromSeconds(1),
                Faults = faults ?? FaultScript.None,
            },
            TimeProvider.System,
            CancellationToken.None);
        var broker = await VirtualHost.CreateAsync();
        var database = await TestDatabase.CreateAsync();
        Dictionary<string, string?> settings = new()
        {
            ["RabbitMq:Url"] = broker.Url,
            ["MongoDb:Url"] = database.Options.Url,
            ["MongoDb:Database"] = database.Options.Database,
            ["Accounts:main:Provider"] = "seedance",
            ["Accounts:main:Region"] = "ap-southeast",
            ["Accounts:main:BaseAddress"] = simulator.BaseAddress.ToString(),
            ["Accounts:main:ApiKey"] = apiKey,
            ["Accounts:main:CreatesPerMinute"] = "60000",
            ["Accounts:main:TasksInFlight"] = "100000",
            ["Outbound:AllowedHosts:0"] = simulator.BaseAddress.Authority,
            ["Retrieval:Root"] = Path.Combine(folder, "results"),
            ["Http:CreateTimeout"] = "00:00:03",
            ["Http:CallTimeout"] = "00:00:05",
            ["Http:TotalTimeout"] = "00:00:15",
            ["Submission:CallMargin"] = "00:00:02",
            ["Submission:SettleTime"] = "00:00:00.5",
            ["Polling:FirstInterval"] = "00:00:00.5",
            ["Polling:LongestInterval"] = "00:00:02",
            ["Polling:RereadAfter"] = "00:00:00.5",
            ["Redelivery:First"] = "00:00:00.050",
            ["RabbitMq:DelayRungs:0"] = Rungs[0],
            ["RabbitMq:DelayRungs:1"] = Rungs[1],
            ["RabbitMq:DelayRungs:2"] = Rungs[2],
            ["RabbitMq:DelayRungs:3"] = Rungs[3],
            ["Log:Seq"] = server.Address,
            ["Log:SeqApiKeyFile"] = Path.Combine(folder, "seq-key"),
            ["Log:SeqPeriod"] = "00:00:00.200",
            ["Log:Console"] = "none",
        };
        foreach (var (key, value) in more ?? [])
        {
            settings[key] = value;
        }

        var fleet = new LoggedFleet(broker, database, simulator, folder, settings);
        fleet._processes.AddRange(Roles.Select(roles => HostProcess.Start(settings, "--roles", roles)));
        try
        {
            foreach (var process in fleet._processes)
            {
                await process.IsAsync(HttpStatusCode.OK, seconds: 120);
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync(); // processes that nobody has would live on
            throw;
        }
    }

    /// <summary>Sends a submission for each prompt, and gives the jobs' ids and the correlation ids in their order.</summary>
    public async Task<IReadOnlyList<(Guid JobId, Guid Correlation)>> SubmitAsync(IEnumerable<string> prompts)
    {
        var submissions = prompts.Select((prompt, number) => new SubmitJob
        {
            TenantId = "acme",
            IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"take-{number}"),
            CorrelationId = Guid.NewGuid(),
            Provider = "seedance",
            Input = new JobInput { Model = "dreamina-seedance-2-0-260128", Prompt = prompt },
        }).ToList();
        await PublishAsync(submissions);
        return [.. submissions.Select(submission => (JobIdentity.JobId(submission), submission.CorrelationId!.Value))];
    }

    /// <summary>Publishes messages as their senders do.</summary>
    public async Task PublishAsync(IEnumerable<object> messages)
    {
        var services = new ServiceCollection().AddLogging().AddMassTransit(bus => bus.UsingRabbitMq((_, transport) => transport.Host(new Uri(_broker.Url))));
        await using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        await Parallel.ForEachAsync(messages, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (message, token) => await bus.Publish(message, token));
        await bus.StopAsync();
    }

    /// <summary>Waits until so many jobs have ended, or wait for somebody.</summary>
    public async Task EndedAsync(int jobs)
    {
        var collection = _database.Store.Database.GetCollection<BsonDocument>("jobs");
        var ended = Builders<BsonDocument>.Filter.In("state", Ends);
        await Eventually.HoldsAsync(
            async () => await collection.CountDocumentsAsync(ended) >= jobs,
            () => $"Not ended: {string.Join(", ", collection.Find(Builders<BsonDocument>.Filter.Not(ended)).ToList().Select(job => $"{job["idempotencyKey"]} {job["state"]}"))}",
            seconds: 180,
            latest: TimeSpan.FromMilliseconds(200));
    }

    /// <summary>Kills the process with these roles, and starts another.</summary>
    public async Task ReplaceAsync(string roles)
    {
        var index = Array.IndexOf(Roles, roles);
        await _processes[index].KillAfterAsync(TimeSpan.Zero);
        await _processes[index].DisposeAsync();
        _processes[index] = HostProcess.Start(_settings, "--roles", roles);
        await _processes[index].IsAsync(HttpStatusCode.OK, seconds: 120);
    }

    /// <summary>Ends the processes in good order: what they have logged is sent before.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_processes.Select(process => process.TerminateAsync()));
        foreach (var process in _processes)
        {
            Assert.That(await process.EndsAsync(60), Is.Zero, process.Output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _simulator.DisposeAsync();
        await _database.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
