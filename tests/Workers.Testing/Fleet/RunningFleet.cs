using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Jobs;
using Workers.Jobs.Failpoints;
using Workers.Providers;
using Workers.RabbitMq;
using Workers.Simulator;
using Workers.Testing.Broker;

namespace Workers.Testing.Fleet;

/// <summary>One process of the fleet with all roles, on the in-memory transport or on RabbitMQ.</summary>
internal sealed class RunningFleet : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly BrokerProxy? _wire;

    private RunningFleet(IHost host, BrokerProxy? wire)
    {
        _host = host;
        _wire = wire;
    }

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    /// <summary>The wire to the broker, on RabbitMQ.</summary>
    public BrokerProxy Wire => _wire!;

    public IServiceProvider Services => _host.Services;

    public static async Task<RunningFleet> StartAsync(
        ModelArkSimulator simulator,
        TimeProvider time,
        Stores stores,
        EventLog events,
        ScriptedFailpoints failpoints,
        string resultsRoot,
        IReadOnlyDictionary<string, string?> settings,
        VirtualHost? broker,
        Action<IServiceCollection>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration
            .AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["Accounts:main:Provider"] = "seedance",
                ["Accounts:main:Region"] = "ap-southeast",
                ["Accounts:main:BaseAddress"] = simulator.BaseAddress.ToString(),
                ["Accounts:main:ApiKey"] = "simulator-key",
                ["Outbound:AllowedHosts:0"] = simulator.Root.Authority,
                ["Retrieval:Root"] = resultsRoot,
                ["Redelivery:First"] = "00:00:00.050",

                // Wide enough for a slow machine, whose seconds are minutes here.
                ["Http:CreateTimeout"] = "00:01:30",
                ["Http:CallTimeout"] = "00:01:00",
                ["Http:TotalTimeout"] = "00:03:00",
                ["Submission:CallMargin"] = "00:02:00",
                ["Polling:RoundLease"] = "00:10:00",
            })
            .AddInMemoryCollection(settings);
        var services = builder.Services;
        services.AddSingleton(time);
        services.AddSingleton(new Chance(1));
        services.AddSingleton<IFailpoints>(failpoints);
        services.AddLogging(logging => logging.ClearProviders().AddProvider(new FailedTestLog()).SetMinimumLevel(LogLevel.Warning)
            .AddFilter("MassTransit", LogLevel.None)
            .AddFilter("Polly", LogLevel.None));
        services.AddProviders();
        services.AddJobs();
        stores.AddTo(services);
        services.AddSingleton(events);
        services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            if (broker is null)
            {
                bus.UseInMemoryTransport((_, transport) => transport.ReceiveEndpoint("upstream", endpoint => endpoint.Instance(events)));
            }
            else
            {
                bus.UseRabbitMqTransport((_, transport) => transport.ReceiveEndpoint("upstream", endpoint =>
                {
                    endpoint.SubscribeToEvents();
                    endpoint.Instance(events);
                }));
            }
        });
        var wire = broker is null ? null : new BrokerProxy(new Uri(broker.Url));
        if (wire is not null)
        {
            services.AddRabbitMq();
            services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["RabbitMq:Url"] = wire.Url.ToString(),
                ["RabbitMq:DelayRungs:0"] = "00:00:00.050",
                ["RabbitMq:DelayRungs:1"] = "00:00:00.150",
                ["RabbitMq:DelayRungs:2"] = "00:00:00.600",
                ["RabbitMq:DelayRungs:3"] = "00:00:03",
            });
        }

        configure?.Invoke(services);

        var host = builder.Build();
        await host.StartAsync();
        return new RunningFleet(host, wire);
    }

    /// <summary>Ends the process without letting anything finish.</summary>
    public async Task KillAsync()
    {
        _wire?.Cut(); // as the operating system does for the dead: the broker delivers again what the process had in hand
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await _host.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for a killed process.
        }

        await DisposeHostAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await DisposeHostAsync();
    }

    private async Task DisposeHostAsync()
    {
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }

        if (_wire is not null)
        {
            await _wire.DisposeAsync();
        }
    }
}
