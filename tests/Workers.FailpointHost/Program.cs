using Microsoft.Extensions.DependencyInjection;
using Workers.FailpointHost;
using Workers.Host.Starting;
using Workers.Jobs.Failpoints;
using Workers.MongoDb;

// The real worker, but for the clock that it shares with its provider, and for the orders that it carries out at its failpoints.
return await new HostCommand(Environment.GetEnvironmentVariable, (settings, error) => FleetProcess.RunAsync(settings, error, services =>
{
    if (Environment.GetEnvironmentVariable(Order.FolderVariable) is { Length: > 0 } folder)
    {
        services.AddSingleton<IFailpoints>(new OrderedFailpoints(folder));
    }

    if (Environment.GetEnvironmentVariable(SharedClock.Variable) is { Length: > 0 } words)
    {
        services.AddSingleton<TimeProvider>(SharedClock.Read(words));
        services.AddMongoDbStores(); // once more: they look for the clock when they are added
    }
})).RunAsync(args);
