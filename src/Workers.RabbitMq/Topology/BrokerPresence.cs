using Microsoft.Extensions.Logging;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Topology;

/// <summary>Whether the broker was reached and has the fleet's topology.</summary>
internal sealed partial class BrokerPresence(TopologyDeployment topology, BrokerAddress address, ILogger<BrokerPresence> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>What the process still waits for, in words; null once the topology is there.</summary>
    public string? WaitsFor { get; private set; } = $"The broker at {address} was not asked yet.";

    /// <summary>Waits until the broker answers, then declares what is missing.</summary>
    /// <exception cref="TopologyDiffersException">The broker's queues have other arguments.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await topology.DeployAsync(cancellationToken);
                WaitsFor = null;
                return;
            }
            catch (Exception fault) when (fault is RabbitMQClientException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                WaitsFor = $"The broker at {address} does not answer, or lets nobody in: {fault.GetBaseException().GetType().Name}.";
                LogWaiting(address.ToString(), fault.GetBaseException().GetType().Name, wait);
            }
            catch (TopologyDiffersException fault)
            {
                WaitsFor = fault.Message;
                throw;
            }

            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "Waiting for the broker at {Broker} ({Fault}); asked again in {Wait}")]
    private partial void LogWaiting(string broker, string fault, TimeSpan wait);
}
