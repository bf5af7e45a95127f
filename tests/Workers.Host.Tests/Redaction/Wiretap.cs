using System.Collections;
using System.Text;
using RabbitMQ.Client;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Redaction;

/// <summary>A message as it passed an exchange, or lies in a queue.</summary>
internal sealed record Tapped(string At, string RoutingKey, string Properties, string Body)
{
    public override string ToString() => $"{At} ({RoutingKey}) {Properties} {Body}";
}

/// <summary>Hears all that passes the fleet's exchanges: a queue at each of them. What goes past them, over the default exchange, are replies alone.</summary>
internal sealed class Wiretap : IAsyncDisposable
{
    private const string Prefix = "tap:";

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly FleetTopology _topology;

    private Wiretap(IConnection connection, IChannel channel, FleetTopology topology) => (_connection, _channel, _topology) = (connection, channel, topology);

    public static async Task<Wiretap> StartAsync(VirtualHost broker, FleetTopology topology)
    {
        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        foreach (var exchange in topology.Exchanges)
        {
            await channel.QueueDeclareAsync(Prefix + exchange.Name, durable: true, exclusive: false, autoDelete: false);
            IEnumerable<string> keys = exchange.Type == "direct" ? topology.Bindings.Where(binding => binding.Exchange == exchange.Name).Select(binding => binding.RoutingKey) : ["#"];
            foreach (var key in keys)
            {
                await channel.QueueBindAsync(Prefix + exchange.Name, exchange.Name, key);
            }
        }

        return new Wiretap(connection, channel, topology);
    }

    /// <summary>All that passed, and all that still lies in the fleet's own queues.</summary>
    public async Task<IReadOnlyList<Tapped>> TakeAsync()
    {
        var tapped = new List<Tapped>();
        foreach (var queue in _topology.Exchanges.Select(exchange => Prefix + exchange.Name).Concat(_topology.Queues.Select(queue => queue.Name)))
        {
            while (await _channel.BasicGetAsync(queue, autoAck: true) is { } got)
            {
                tapped.Add(new Tapped(queue, got.RoutingKey, Words(got.BasicProperties), Encoding.UTF8.GetString(got.Body.Span)));
            }
        }

        return tapped;
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static string Words(IReadOnlyBasicProperties properties) =>
        $"{properties.MessageId} {properties.CorrelationId} {properties.ReplyTo} {properties.Type} {properties.AppId} {properties.UserId} {Words(properties.Headers)}";

    private static string Words(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        IDictionary<string, object?> table => string.Join("; ", table.Select(member => $"{member.Key}={Words(member.Value)}")),
        string text => text,
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Words)),
        _ => $"{value}",
    };
}
