using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Host.Starting;
using Workers.MongoDb.Connections;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.Benchmarks.Processes;

/// <summary>The real worker, but for what it counts of itself and tells whoever asks.</summary>
internal static class Worker
{
    public static Task<int> RunAsync(string[] arguments) =>
        new HostCommand(Environment.GetEnvironmentVariable, (settings, error) => FleetProcess.RunAsync(settings, error, Count)).RunAsync(arguments);

    private static void Count(IServiceCollection services)
    {
        var (operations, messages) = (new StoreOperations(), new MessageCounts());
        services.AddSingleton(operations).AddSingleton(messages).AddHostedService<CountsTold>();
        services.AddPublishObserver(_ => messages);
        services.AddSingleton(provider =>
        {
            var address = new StoreAddress(provider.GetRequiredService<IOptions<MongoDbOptions>>().Value);
            operations.ListenTo(address.Settings);
            return address;
        });
    }
}
