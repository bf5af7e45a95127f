using System.Globalization;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Workers.Contracts;
using Workers.Simulator;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Shutdown;

/// <summary>A provider that takes its time, with submissions that ask for it.</summary>
internal static class BusyProvider
{
    public static Task<ModelArkSimulator> StartAsync(string fault) => ModelArkSimulator.StartAsync(
        new SimulatorOptions { CreatesPerMinute = 0, MaxQueued = 0, Faults = FaultScript.Parse($$"""{"rules":[{"operation":"create","fault":"{{fault}}"}]}""") },
        TimeProvider.System,
        CancellationToken.None);

    /// <summary>Settings of a process whose submissions go to it, four at once and four more in advance.</summary>
    public static Dictionary<string, string?> Settings(ModelArkSimulator simulator, VirtualHost broker, string results, TimeSpan grace) => new()
    {
        ["RabbitMq:Url"] = broker.Url,
        ["Accounts:main:Provider"] = "seedance",
        ["Accounts:main:Region"] = "ap-southeast",
        ["Accounts:main:BaseAddress"] = simulator.BaseAddress.ToString(),
        ["Accounts:main:ApiKey"] = "simulator-key",
        ["Accounts:main:CreatesPerMinute"] = "60000",
        ["Accounts:main:TasksInFlight"] = "1000",
        ["Endpoints:workers-start-job:Concurrency"] = "4",
        ["Endpoints:workers-start-job:Prefetch"] = "8",
        ["Retrieval:Root"] = results,
        ["Shutdown:Grace"] = grace.ToString(),
    };

    /// <summary>Sends so many submissions, as an upstream service would.</summary>
    public static Task SubmitAsync(VirtualHost broker, int count) => SubmitAsync(broker, [.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"take-{i}"))]);

    /// <summary>Sends a submission for each key.</summary>
    public static async Task SubmitAsync(VirtualHost broker, IReadOnlyList<string> keys)
    {
        var services = new ServiceCollection().AddLogging().AddMassTransit(bus => bus.UsingRabbitMq((_, transport) => transport.Host(new Uri(broker.Url))));
        await using var provider = services.BuildServiceProvider();
        var bus = provider.GetRequiredService<IBusControl>();
        await bus.StartAsync();
        await Task.WhenAll(keys.Select(key => bus.Publish(new SubmitJob
        {
            TenantId = "acme",
            IdempotencyKey = key,
            Provider = "seedance",
            Input = new JobInput { Model = "dreamina-seedance-2-0-260128", Prompt = $"a lighthouse, {key}" },
        })));
        await bus.StopAsync();
    }
}
