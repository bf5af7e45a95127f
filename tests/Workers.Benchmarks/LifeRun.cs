using System.Diagnostics;
using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Providers;
using Workers.RabbitMq;
using Workers.Benchmarks.Processes;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Benchmarks;

/// <summary>The whole fleet in this process on RabbitMQ and the in-memory stores, a simulator in another whose tasks end at once, and an upstream that sends and listens.</summary>
internal sealed class LifeRun : IAsyncDisposable
{
    /// <summary>A provider's clock that makes its one list call a second no limit to what is measured.</summary>
    private const double TimeScale = 20;
    private const int Accounts = 8;

    private readonly IHost _host;
    private readonly Process _simulator;
    private readonly Ends _ends;
    private readonly MessageCounts _published = new();
    private readonly string _results;

    private LifeRun(IHost host, Process simulator, Ends ends, string results) => (_host, _simulator, _ends, _results) = (host, simulator, ends, results);

    public static async Task<LifeRun> StartAsync(string url)
    {
        var (simulator, address) = await SimulatorProcess.StartAsync(TimeScale, Accounts, TimeSpan.FromMilliseconds(1));
        var results = Directory.CreateTempSubdirectory("workers-benchmark-").FullName;
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Url"] = url,
            ["Outbound:AllowedHosts:0"] = address.Authority,
            ["Retrieval:Root"] = results,
            ["Http:CreateTimeout"] = "00:10:00",
            ["Http:CallTimeout"] = "00:10:00",
            ["Http:TotalTimeout"] = "00:10:00",
            ["Http:DownloadIdleTimeout"] = "00:10:00",
            ["Polling:RoundLease"] = "00:10:00",
        });
        builder.Configuration.AddInMemoryCollection(Enumerable.Range(0, Accounts).SelectMany(number => Account(number, address)));
        var ends = new Ends();
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddSimpleConsole());
        builder.Services.AddSingleton<TimeProvider>(new ScaledTime(TimeScale));
        builder.Services.AddProviders().AddJobs().AddInMemoryStores().AddRabbitMq();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport((_, transport) => transport.ReceiveEndpoint("upstream", endpoint =>
            {
                endpoint.PrefetchCount = 64;
                endpoint.SubscribeToEvents("#.job-succeeded");
                endpoint.Instance(ends);
            }));
        });
        var host = builder.Build();
        await host.StartAsync();
        var run = new LifeRun(host, simulator, ends, results);
        host.Services.GetRequiredService<IBus>().ConnectPublishObserver(run._published);
        return run;
    }

    /// <returns>What was measured, in words.</returns>
    public async Task<string> RunAsync(string name, int jobs)
    {
        var bus = _host.Services.GetRequiredService<IBus>();
        var (started, cpu, published) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime, _published.Now().Values.Sum());
        _ends.Expect(jobs);
        await Parallel.ForAsync(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = EndpointRun.Publishers }, async (number, stop) => await bus.Publish(Submission(name, number), stop));
        await _ends.All;
        var (elapsed, used) = (TimeProvider.System.GetElapsedTime(started), Environment.CpuUsage.TotalTime - cpu);
        var publishes = _published.Now().Values.Sum() - published;
        return $"{name}: {jobs} jobs in {elapsed.TotalSeconds:F1} s: {jobs / elapsed.TotalSeconds:N0} jobs/s; {(double)publishes / jobs:F2} publishes a job (upstream's own included); {used.TotalMilliseconds / jobs:F2} ms of CPU a job in the fleet's process (upstream included)";
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        _simulator.Kill();
        _simulator.Dispose();
        Directory.Delete(_results, recursive: true);
    }

    private static SubmitJob Submission(string name, int number) => new()
    {
        TenantId = string.Create(CultureInfo.InvariantCulture, $"tenant-{number % Accounts}"),
        IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"),
        Provider = "seedance",
        Input = new JobInput { Model = "dreamina-seedance-2-0-260128", Prompt = "a lighthouse at dusk" },
    };

    private static Dictionary<string, string?> Account(int number, Uri address) => new()
    {
        [$"Accounts:a{number}:Provider"] = "seedance",
        [$"Accounts:a{number}:BaseAddress"] = new Uri(address, "api/v3/").ToString(),
        [$"Accounts:a{number}:ApiKey"] = $"key-{number}",
        [$"Accounts:a{number}:CreatesPerMinute"] = "1000000",
        [$"Accounts:a{number}:TasksInFlight"] = "1000000",
        [$"Accounts:a{number}:Tenants:0"] = $"tenant-{number}",
    };

    /// <summary>Upstream: waits for so many ends.</summary>
    private sealed class Ends : IConsumer<JobSucceeded>
    {
        private TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _open;

        public Task All => _all.Task;

        public void Expect(int count)
        {
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _open = count;
        }

        public Task Consume(ConsumeContext<JobSucceeded> context)
        {
            if (Interlocked.Decrement(ref _open) == 0)
            {
                _all.SetResult();
            }

            return Task.CompletedTask;
        }
    }
}
