using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MongoDB.Driver;
using Workers.Benchmarks.Processes;
using Workers.Contracts;
using Workers.Testing.Broker;

namespace Workers.Benchmarks.Lives;

/// <summary>A virtual host, a database, accounts at a provider, and the worker processes of one measurement.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public const int Accounts = 8;

    private readonly VirtualHost _broker;
    private readonly string _folder;
    private readonly string _store;
    private int _submitted;

    private Scene(VirtualHost broker, string folder, string store, Dictionary<string, string?> settings, Client client) =>
        (_broker, _folder, _store, Settings, Client) = (broker, folder, store, settings, client);

    public Dictionary<string, string?> Settings { get; }

    public Client Client { get; }

    public List<WorkerProcess> Workers { get; } = [];

    [SuppressMessage("Reliability", "CA2000", Justification = "The scene disposes of what it is made of.")]
    public static async Task<Scene> StartAsync(string store, Uri provider, int workers, params (string Key, string Value)[] more)
    {
        var broker = await VirtualHost.CreateAsync();
        var folder = Directory.CreateTempSubdirectory("workers-benchmark-").FullName;
        Dictionary<string, string?> settings = new()
        {
            ["RabbitMq:Url"] = broker.Url,
            ["MongoDb:Url"] = store,
            ["MongoDb:Database"] = broker.Name,
            ["Outbound:AllowedHosts:0"] = provider.Authority,
            ["Retrieval:Root"] = folder,
            ["Serilog:MinimumLevel:Default"] = "Warning",
        };
        for (var number = 0; number < Accounts; number++)
        {
            settings[$"Accounts:a{number}:Provider"] = "seedance";
            settings[$"Accounts:a{number}:Region"] = "ap-southeast";
            settings[$"Accounts:a{number}:BaseAddress"] = new Uri(provider, "api/v3/").ToString();
            settings[$"Accounts:a{number}:ApiKey"] = $"key-{number}";
            settings[$"Accounts:a{number}:CreatesPerMinute"] = "1000000";
            settings[$"Accounts:a{number}:TasksInFlight"] = "1000000";
            settings[$"Accounts:a{number}:Tenants:0"] = $"tenant-{number}";
        }

        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        var scene = new Scene(broker, folder, store, settings, await Client.StartAsync(settings));
        for (var number = 0; number < workers; number++)
        {
            scene.Workers.Add(WorkerProcess.Start(settings));
        }

        return scene;
    }

    public async Task SubmitAsync()
    {
        var number = Interlocked.Increment(ref _submitted);
        await Client.SubmitAsync(new SubmitJob
        {
            TenantId = string.Create(CultureInfo.InvariantCulture, $"tenant-{number % Accounts}"),
            IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"job-{number}"),
            Provider = "seedance",
            Input = new JobInput { Model = "dreamina-seedance-2-0-260128", Prompt = string.Create(CultureInfo.InvariantCulture, $"a lighthouse at dusk {number}") },
        });
    }

    /// <summary>Waits until something holds.</summary>
    public static async Task UntilAsync(Func<bool> holds, int seconds, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(started).TotalSeconds > seconds)
            {
                throw new TimeoutException(what);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Workers.Select(async worker => await worker.DisposeAsync()));
        await Client.DisposeAsync();
        using (var client = new MongoClient(_store))
        {
            await client.DropDatabaseAsync(_broker.Name);
        }

        await _broker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
