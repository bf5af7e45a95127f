using MassTransit;
using Microsoft.Extensions.Hosting;

namespace Workers.RabbitMq.Topology;

/// <summary>Waits for the broker and declares the fleet's topology, before the bus starts.</summary>
internal sealed class TopologyBeforeBus(BrokerPresence broker, IHostApplicationLifetime lifetime) : IBusObserver
{
    public Task PreStart(IBus bus) => broker.PrepareAsync(lifetime.ApplicationStopping);

    public Task PostStart(IBus bus, Task<BusReady> busReady) => Task.CompletedTask;

    public Task StartFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public Task PreStop(IBus bus) => Task.CompletedTask;

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }
}
