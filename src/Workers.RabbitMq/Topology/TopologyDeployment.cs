using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Topology;

/// <summary>Compares the fleet's topology with the broker's, and declares it. Both may be run again and again.</summary>
public sealed class TopologyDeployment(FleetTopology topology, BrokerAddress broker)
{
    /// <summary>What the broker answers for a declaration that is there with other arguments: https://www.rabbitmq.com/docs/queues#property-equivalence.</summary>
    private const ushort PreconditionFailed = 406;

    /// <summary>What it answers for what is not there.</summary>
    internal const ushort NotFound = 404;

    /// <summary>What it answers who may not.</summary>
    private const ushort AccessRefused = 403;

    /// <summary>Declares what is missing.</summary>
    /// <exception cref="TopologyDiffersException">Something is there with other arguments, which can't be changed. Everything else was declared.</exception>
    public async Task DeployAsync(CancellationToken cancellationToken)
    {
        await using var connection = await broker.ConnectAsync("workers topology", cancellationToken);
        await DeployAsync(connection, cancellationToken);
    }

    /// <summary>Says what is missing and what differs, and changes nothing. Bindings can't be asked for over AMQP: they are declared again at each start.</summary>
    public async Task<TopologyState> CheckAsync(CancellationToken cancellationToken)
    {
        await using var connection = await broker.ConnectAsync("workers topology", cancellationToken);
        var (missing, differences) = (new List<string>(), new List<string>());
        await using (var declarations = new Declarations(connection, differences, missing))
        {
            // What is there is declared as it should be: that changes nothing, and the broker says so if it is otherwise.
            await AskAsync(declarations, alsoDeclared: true, cancellationToken);
        }

        return new TopologyState(missing, differences);
    }

    /// <summary>Says which exchanges and queues are missing.</summary>
    internal async Task<IReadOnlyList<string>> MissingAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        await using var declarations = new Declarations(connection, [], missing);
        await AskAsync(declarations, alsoDeclared: false, cancellationToken);
        return missing;
    }

    /// <summary>Declares what is missing, over a connection that is there.</summary>
    /// <exception cref="TopologyDiffersException">As <see cref="DeployAsync(CancellationToken)"/>.</exception>
    internal async Task DeployAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        await using (var declarations = new Declarations(connection, differences))
        {
            foreach (var exchange in topology.Exchanges)
            {
                await declarations.TryAsync($"exchange {exchange.Name}", channel => DeclareAsync(channel, exchange, cancellationToken), cancellationToken);
            }

            foreach (var queue in topology.Queues)
            {
                await declarations.TryAsync($"queue {queue.Name}", channel => DeclareAsync(channel, queue, cancellationToken), cancellationToken);
            }

            foreach (var binding in topology.Bindings)
            {
                await declarations.TryAsync($"binding of {binding.Destination} to {binding.Exchange}", channel => BindAsync(channel, binding, cancellationToken), cancellationToken);
            }
        }

        if (differences.Count > 0)
        {
            throw new TopologyDiffersException(differences);
        }
    }

    private async Task AskAsync(Declarations declarations, bool alsoDeclared, CancellationToken cancellationToken)
    {
        foreach (var exchange in topology.Exchanges)
        {
            await declarations.TryAsync(
                $"exchange {exchange.Name}",
                async channel =>
                {
                    await channel.ExchangeDeclarePassiveAsync(exchange.Name, cancellationToken);
                    await (alsoDeclared ? DeclareAsync(channel, exchange, cancellationToken) : Task.CompletedTask);
                },
                cancellationToken);
        }

        foreach (var queue in topology.Queues)
        {
            await declarations.TryAsync(
                $"queue {queue.Name}",
                async channel =>
                {
                    await channel.QueueDeclarePassiveAsync(queue.Name, cancellationToken);
                    await (alsoDeclared ? DeclareAsync(channel, queue, cancellationToken) : Task.CompletedTask);
                },
                cancellationToken);
        }
    }

    private static Task DeclareAsync(IChannel channel, ExchangeDeclaration exchange, CancellationToken cancellationToken) =>
        channel.ExchangeDeclareAsync(exchange.Name, exchange.Type, durable: true, autoDelete: false, exchange.Arguments, cancellationToken: cancellationToken);

    private static Task<QueueDeclareOk> DeclareAsync(IChannel channel, QueueDeclaration queue, CancellationToken cancellationToken) =>
        channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, queue.Arguments.ToDictionary(), cancellationToken: cancellationToken);

    private static Task BindAsync(IChannel channel, BindingDeclaration binding, CancellationToken cancellationToken) => binding.ToExchange
        ? channel.ExchangeBindAsync(binding.Destination, binding.Exchange, binding.RoutingKey, cancellationToken: cancellationToken)
        : channel.QueueBindAsync(binding.Destination, binding.Exchange, binding.RoutingKey, cancellationToken: cancellationToken);

    /// <summary>A channel that is opened again after each refusal: the broker closes it.</summary>
    private sealed class Declarations(IConnection connection, List<string> differences, List<string>? missing = null) : IAsyncDisposable
    {
        private IChannel? _channel;

        public async Task TryAsync(string what, Func<IChannel, Task> declare, CancellationToken cancellationToken)
        {
            _channel ??= await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            try
            {
                await declare(_channel);
            }
            catch (OperationInterruptedException refusal) when (refusal.ShutdownReason?.ReplyCode is PreconditionFailed or NotFound or AccessRefused)
            {
                await DisposeAsync();
                if (refusal.ShutdownReason.ReplyCode == PreconditionFailed)
                {
                    differences.Add($"{what}: {refusal.ShutdownReason.ReplyText}");
                }
                else if (refusal.ShutdownReason.ReplyCode == AccessRefused)
                {
                    Refused(what);
                }
                else if (missing is not null)
                {
                    missing.Add(what);
                }
            }
        }

        /// <summary>A process with the rights of its role leaves it to who deploys; who checks must be able to see all.</summary>
        private void Refused(string what)
        {
            if (missing is not null)
            {
                differences.Add($"{what}: the user may not declare it, so it can't be compared");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_channel is not null)
            {
                await _channel.DisposeAsync();
                _channel = null;
            }
        }
    }
}

/// <summary>The broker's topology beside the fleet's.</summary>
/// <param name="Missing">Exchanges and queues that are not there.</param>
/// <param name="Differences">Those that are there with other arguments, with the broker's own words.</param>
public sealed record TopologyState(IReadOnlyList<string> Missing, IReadOnlyList<string> Differences);

/// <summary>The broker has queues or exchanges with other arguments than the settings ask for. Arguments can't be changed.</summary>
public sealed class TopologyDiffersException(IReadOnlyList<string> differences) : Exception(
    $"""
    The broker's topology differs from what the settings ask for:
      {string.Join("\n  ", differences)}
    The arguments of a queue or exchange can't be changed. Either set the option back to what is there, or migrate: stop the workers, move the messages of the queue to another
    (management UI: Queues, its name, Move messages), delete the queue, run "workers topology deploy", and move the messages back.
    """)
{
    /// <summary>One for each queue or exchange.</summary>
    public IReadOnlyList<string> Differences => differences;
}
