using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Serilog;
using Workers.Cli.Progress;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.RabbitMq;
using Workers.RabbitMq.Connections;
using Workers.Simulator;

namespace Workers.Cli.Running;

/// <summary>The whole fleet in this process, on the in-memory stores, on the in-memory transport or RabbitMQ, against the simulator or a provider.</summary>
internal sealed class StandaloneFleet : IAsyncDisposable
{
    /// <summary>Longer than a call to a provider may take: what was begun is seen to its end.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(45);

    private readonly IHost _host;

    private StandaloneFleet(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    /// <exception cref="CannotStartException">A setting is wrong.</exception>
    public static async Task<StandaloneFleet> StartAsync(
        RunSettings settings, ProviderChoice choice, IConfiguration outside, ModelArkSimulator? simulator, TimeProvider time, Board board, ILogger log, CancellationToken cancellationToken)
    {
        var host = Build(settings, choice, outside, simulator, time, board, log);
        try
        {
            host.Services.GetRequiredService<IStartupValidator>().Validate(); // before anybody is asked over the network
            if (settings.OnRabbitMq)
            {
                await host.Services.GetRequiredService<OwnVirtualHost>().RequireAsync(cancellationToken);
            }

            await host.StartAsync(cancellationToken);
            return new StandaloneFleet(host);
        }
        catch (Exception fault) when (FaultsOf(fault) is { Count: > 0 } faults)
        {
            host.Dispose();
            throw new CannotStartException($"The settings are wrong:{string.Concat(faults.Select(failure => $"\n  {failure}"))}", fault);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>All that is wrong with the settings: the sections are judged one by one.</summary>
    private static List<string> FaultsOf(Exception fault) =>
        [.. (fault is AggregateException several ? several.InnerExceptions : [fault]).OfType<OptionsValidationException>().SelectMany(section => section.Failures)];

    /// <summary>Lets what was begun come to its end, and begins nothing more.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(StopTimeout);
        await _host.StopAsync(patience.Token);
    }

    public ValueTask DisposeAsync() => ((IAsyncDisposable)_host).DisposeAsync();

    private static IHost Build(
        RunSettings settings, ProviderChoice choice, IConfiguration outside, ModelArkSimulator? simulator, TimeProvider time, Board board, ILogger log)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (simulator is not null)
        {
            builder.Configuration
                .AddInMemoryCollection(Settings.ForScale(settings.TimeScale))
                .AddInMemoryCollection(outside.WithoutAccounts())
                .AddInMemoryCollection(Settings.SimulatorAccount(simulator.BaseAddress, new SimulatorOptions().ApiKeys.Keys.First()));
            builder.Services.AddSingleton(new Chance(settings.Seed));
        }
        else
        {
            builder.Configuration.AddConfiguration(outside).AddInMemoryCollection(choice.Added);
        }

        builder.Configuration.AddInMemoryCollection([new("Retrieval:Root", settings.Results)]);
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        builder.Services.AddSerilog(log);
        builder.Services.AddSingleton(time);
        builder.Services.AddProviders().AddJobs().AddInMemoryStores();
        builder.Services.Watch(board);
        builder.Services.AddSingleton<Submissions>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.Configure<MassTransitHostOptions>(bus =>
        {
            bus.WaitUntilStarted = true;
            bus.StopTimeout = StopTimeout;
        });
        if (settings.OnRabbitMq)
        {
            builder.Services.AddRabbitMq();
            builder.Services.AddSingleton<OwnVirtualHost>();
            if (settings.Broker is { } broker)
            {
                builder.Configuration.AddInMemoryCollection([new($"{RabbitMqOptions.Section}:{nameof(RabbitMqOptions.Url)}", broker)]);
            }
        }

        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            if (settings.OnRabbitMq)
            {
                bus.UseRabbitMqTransport((context, transport) => transport.ReceiveEndpoint(new TemporaryEndpointDefinition("workers-cli"), null, endpoint =>
                {
                    endpoint.SubscribeToEvents<JobAccepted>();
                    endpoint.SubscribeToEvents<SubmissionRejected>();
                    context.GetRequiredService<Submissions>().Listen(endpoint);
                }));
            }
            else
            {
                bus.UseInMemoryTransport((context, transport) => transport.ReceiveEndpoint("workers-cli", context.GetRequiredService<Submissions>().Listen));
            }
        });
        return builder.Build();
    }
}

/// <summary>Begins and ends with its caller: the usual one takes the signals for itself, and the second Ctrl-C with them.</summary>
internal sealed class CallersLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Shows the board what becomes of the jobs.</summary>
internal static class Watching
{
    /// <summary>Puts <see cref="WatchedJobs"/> around the store that was registered before.</summary>
    public static void Watch(this IServiceCollection services, Board board)
    {
        var store = services.Single(service => service.ServiceType == typeof(IJobs));
        services.Remove(store);
        services.AddSingleton<IJobs>(provider => new WatchedJobs((IJobs)ActivatorUtilities.CreateInstance(provider, store.ImplementationType!), board));
    }
}
