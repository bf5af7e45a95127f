using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Jobs;
using Workers.Providers;
using Workers.RabbitMq.Topology;
using Workers.Testing;

namespace Workers.RabbitMq.Tests.Connections;

/// <summary>A process that only connects, sends, and listens to one queue of its own; with all that it logs.</summary>
internal sealed class ConnectedBus : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly AllLogs _logs;
    private readonly ConcurrentQueue<string> _heard;

    private ConnectedBus(IHost host, AllLogs logs, ConcurrentQueue<string> heard) => (_host, _logs, _heard) = (host, logs, heard);

    public IBus Bus => _host.Services.GetRequiredService<IBus>();

    public BrokerPresence Broker => _host.Services.GetRequiredService<BrokerPresence>();

    /// <summary>All that was logged, exceptions and stacks included.</summary>
    public string Logs => string.Join('\n', _logs.Lines);

    /// <summary>Starts, and does not wait for the broker.</summary>
    public static async Task<ConnectedBus> StartAsync(params (string Key, string? Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"RabbitMq:{setting.Key}", setting.Value)));
        var heard = new ConcurrentQueue<string>();
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Services.AddSingleton<AllLogs>().AddSingleton<ILoggerProvider>(services => services.GetRequiredService<AllLogs>());
        builder.Services.AddRabbitMq().AddProviders().AddJobs(Roles.None).AddInMemoryStores();
        builder.Services.AddHealthChecks().AddRabbitMqHealth();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport((_, transport) => transport.ReceiveEndpoint("spoken", endpoint => endpoint.Handler<Spoken>(context =>
            {
                heard.Enqueue(context.Message.Word);
                return Task.CompletedTask;
            })));
        });
        var host = builder.Build();
        await host.StartAsync();
        return new ConnectedBus(host, host.Services.GetRequiredService<AllLogs>(), heard);
    }

    /// <summary>Waits until a message has gone to the broker and come back.</summary>
    public async Task HearsAsync(string word)
    {
        await EventuallyAsync(async () => (await HealthAsync()).Status == HealthStatus.Healthy, "It should be connected.");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await Bus.Publish(new Spoken(word), patience.Token);
        await EventuallyAsync(() => Task.FromResult(_heard.Contains(word)), $"{word} should come back.");
    }

    /// <summary>Waits until it waits for this.</summary>
    public Task WaitsForAsync(string reason) =>
        EventuallyAsync(() => Task.FromResult(Broker.WaitsFor?.Contains(reason, StringComparison.Ordinal) == true), $"It should wait for \"{reason}\", and waits for \"{Broker.WaitsFor}\".");

    public Task EventuallyAsync(Func<Task<bool>> holds, string otherwise) => Eventually.HoldsAsync(holds, () => $"{otherwise}\n{Logs}", 60);

    public Task<HealthReport> HealthAsync() => _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains(HealthTags.Ready));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await _host.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // A frozen broker lets nobody go in order.
        }

        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private sealed class AllLogs : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

/// <summary>A message that means nothing.</summary>
public sealed record Spoken(string Word);
