using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Workers.Contracts;
using Workers.FailpointHost;
using Workers.Simulator;
using Workers.Testing.Broker;

namespace Workers.CrashMatrix.Fleet;

/// <summary>A fleet of its own: a virtual host, a database, a provider, and processes that are started again when they die.</summary>
internal sealed class Lane : IAsyncDisposable
{
    private static readonly string[][] Whole = [[], []];
    private static readonly string[][] Split = [["--roles", "lifecycle,polling,failures"], ["--roles", "submission,retrieval"]];

    private readonly string _folder;
    private readonly VirtualHost _broker;
    private readonly List<Worker> _workers = [];

    private Lane(int number, string folder, VirtualHost broker, ModelArkSimulator provider, Upstream upstream)
    {
        Number = number;
        _folder = folder;
        _broker = broker;
        Provider = provider;
        Upstream = upstream;
    }

    public int Number { get; }

    public ModelArkSimulator Provider { get; }

    public Upstream Upstream { get; }

    public VirtualHost Broker => _broker;

    /// <summary>Where the processes look for orders.</summary>
    public string Orders => Path.Combine(_folder, "orders");

    /// <summary>What the processes wrote.</summary>
    public string Logs => _folder;

    /// <summary>Tasks adopted by reconciliation, so far.</summary>
    public int Adoptions => _workers.Sum(worker => worker.Adoptions);

    /// <param name="number">From 1. Every third has its roles split between its processes.</param>
    /// <param name="store">The address of the store.</param>
    /// <param name="pace">How fast it lives.</param>
    /// <param name="more">What the processes are told besides.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The lane disposes of what it is made of.")]
    public static async Task<Lane> StartAsync(int number, string store, FleetPace pace, IReadOnlyDictionary<string, string?>? more = null)
    {
        var folder = Directory.CreateTempSubdirectory(string.Create(CultureInfo.InvariantCulture, $"workers-matrix-{number}-")).FullName;
        var clock = SharedClock.Write(pace.Scale, TimeProvider.System.GetUtcNow());
        var provider = await ModelArkSimulator.StartAsync(pace.Provider(), SharedClock.Read(clock), CancellationToken.None);
        var broker = await VirtualHost.CreateAsync();
        var settings = new Dictionary<string, string?>(pace.Settings())
        {
            ["Accounts:main:Provider"] = "seedance",
            ["Accounts:main:Region"] = "ap-southeast",
            ["Accounts:main:BaseAddress"] = provider.BaseAddress.ToString(),
            ["Accounts:main:ApiKey"] = "simulator-key",
            ["Accounts:main:CreatesPerMinute"] = "1000000",
            ["Accounts:main:TasksInFlight"] = "100",
            ["Outbound:AllowedHosts:0"] = provider.Root.Authority,
            ["Retrieval:Root"] = Path.Combine(folder, "results"),
            ["RabbitMq:Url"] = broker.Url,
            ["MongoDb:Url"] = store,
            ["MongoDb:Database"] = broker.Name,
        };
        foreach (var (key, value) in more ?? new Dictionary<string, string?>())
        {
            settings[key] = value;
        }

        var lane = new Lane(number, folder, broker, provider, await Upstream.StartAsync(settings));
        Directory.CreateDirectory(lane.Orders);
        settings[Order.FolderVariable] = lane.Orders;
        settings[SharedClock.Variable] = clock;
        settings["DOTNET_TieredPGO"] = "0"; // most of what a process does here is to start
        foreach (var (index, arguments) in (number % 3 == 0 ? Split : Whole).Index())
        {
            lane._workers.Add(new Worker(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"worker-{index + 1}.log")), settings, arguments));
        }

        return lane;
    }

    /// <summary>Submits jobs that the provider can tell from all others.</summary>
    /// <returns>Their ids.</returns>
    public Task<Guid[]> SubmitAsync(string run, int jobs, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(1, jobs).Select(number => Upstream.SubmitAsync(
            new SubmitJob
            {
                TenantId = "matrix",
                IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"{run}-{number}"),
                Provider = "seedance",
                Input = new JobInput
                {
                    Model = "dreamina-seedance-2-0-260128",
                    Prompt = string.Create(CultureInfo.InvariantCulture, $"{run} job {number}"),
                },
            },
            cancellationToken)));

    /// <summary>Ends the processes in good order.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_workers.Select(async worker => await worker.DisposeAsync()));
        _workers.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Upstream.DisposeAsync();
        await _broker.DisposeAsync();
        await Provider.DisposeAsync();
    }

    /// <summary>Removes what the processes wrote.</summary>
    public void Clear() => Directory.Delete(_folder, recursive: true);
}
