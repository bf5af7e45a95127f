using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Workers.RabbitMq.Topology;

/// <summary>
/// Waits for the broker and declares the fleet's topology, before the bus starts, and watches over it from then on. What no waiting mends ends the process: it would stand there for nothing.
/// </summary>
internal sealed partial class TopologyBeforeBus(BrokerPresence broker, TopologyWatch watch, IHostApplicationLifetime lifetime, ILogger<TopologyBeforeBus> logger) : IBusObserver
{
    public async Task PreStart(IBus bus)
    {
        try
        {
            await broker.PrepareAsync(lifetime.ApplicationStopping);
        }
        catch (Exception fault) when (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            End(fault);
            throw;
        }
    }

    public Task StartFaulted(IBus bus, Exception exception)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested)
        {
            End(exception);
        }

        return Task.CompletedTask;
    }

    public Task PostStart(IBus bus, Task<BusReady> busReady)
    {
        watch.Start();
        return Task.CompletedTask;
    }

    public Task PreStop(IBus bus) => watch.StopAsync();

    public Task PostStop(IBus bus) => Task.CompletedTask;

    public Task StopFaulted(IBus bus, Exception exception) => Task.CompletedTask;

    public void PostCreate(IBus bus)
    {
    }

    public void CreateFaulted(Exception exception)
    {
    }

    private void End(Exception fault)
    {
        broker.Refuse(fault);
        if (fault is TopologyDiffersException)
        {
            LogDiffers(fault.Message);
        }
        else
        {
            LogNotStarted(fault);
        }

        lifetime.StopApplication();
    }

    [LoggerMessage(EventId = 6003, Level = LogLevel.Critical, Message = "The process ends: {Differences}")]
    private partial void LogDiffers(string differences);

    [LoggerMessage(EventId = 6004, Level = LogLevel.Critical, Message = "The process ends: the bus can't start")]
    private partial void LogNotStarted(Exception fault);
}
