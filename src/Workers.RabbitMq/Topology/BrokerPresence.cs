using Microsoft.Extensions.Logging;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Topology;

/// <summary>Whether the broker was reached and has the fleet's topology.</summary>
public sealed partial class BrokerPresence(TopologyDeployment topology, BrokerAddress address, ILogger<BrokerPresence> logger)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>What the process still waits for, in words; null once the topology is there.</summary>
    public string? WaitsFor { get; private set; } = $"The broker at {address} was not asked yet.";

    /// <summary>Why the process can't run on this broker, and never will by waiting; null as long as there is hope.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>Takes note that there is no use in waiting.</summary>
    internal void Refuse(Exception fault)
    {
        Refusal = fault;
        WaitsFor = fault is TopologyDiffersException ? fault.Message : $"The bus can't start ({fault.GetType().Name}).";
    }

    /// <summary>Waits until the broker answers, then declares what is missing.</summary>
    /// <exception cref="TopologyDiffersException">The broker's queues have other arguments.</exception>
    internal async Task PrepareAsync(CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await topology.DeployAsync(cancellationToken);
                WaitsFor = null;
                LogReached(address);
                return;
            }
            catch (Exception fault) when ((BrokerTrouble.IsAway(fault) || fault is OperationCanceledException) && !cancellationToken.IsCancellationRequested)
            {
                WaitsFor = BrokerTrouble.Describe(fault, address);
                LogWaiting(WaitsFor, wait);
            }

            await Task.Delay(wait, TimeProvider.System, cancellationToken);
        }
    }

    [LoggerMessage(EventId = 6001, Level = LogLevel.Warning, Message = "Waiting for the broker, asked again in {Wait}: {Reason}")]
    private partial void LogWaiting(string reason, TimeSpan wait);

    [LoggerMessage(EventId = 6002, Level = LogLevel.Information, Message = "The broker at {Broker} has the fleet's topology")]
    private partial void LogReached(BrokerAddress broker);
}
