using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Running;

/// <summary>Makes sure that a run does not take the messages of another fleet: its jobs are in this process's memory, and it would drop what belongs to others.</summary>
internal sealed class OwnVirtualHost(BrokerAddress broker, FleetTopology topology)
{
    private const ushort NotFound = 404;

    /// <exception cref="CannotStartException">The broker can't be reached, or somebody else uses the virtual host.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await broker.ConnectAsync("workers run", cancellationToken);
            var used = new List<string>();
            foreach (var queue in topology.Queues.Where(queue => !queue.Keeps))
            {
                if (await StateAsync(connection, queue.Name, cancellationToken) is { } state && (state.MessageCount > 0 || state.ConsumerCount > 0))
                {
                    used.Add($"{queue.Name} has {state.MessageCount} messages and {state.ConsumerCount} consumers");
                }
            }

            if (used.Count > 0)
            {
                throw new CannotStartException(
                    $"""
                    Somebody uses {broker}: {string.Join("; ", used)}.
                    This run keeps its jobs in memory and would drop what belongs to others. Give it a virtual host of its own (--broker amqp://user@host:port/NAME, made with
                    "rabbitmqctl add_vhost NAME"), or, if these are the leavings of an earlier run, delete and add the virtual host.
                    """);
            }
        }
        catch (Exception fault) when (fault is BrokerUnreachableException or OperationInterruptedException)
        {
            throw new CannotStartException($"The broker at {broker} does not answer, or does not let this user into the virtual host ({fault.GetBaseException().GetType().Name}). Check --broker, or RabbitMq:Url in the settings.", fault);
        }
    }

    private static async Task<QueueDeclareOk?> StateAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == NotFound)
        {
            return null;
        }
    }
}
