using System.Text;
using RabbitMQ.Client;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Intake;

/// <summary>A producer that knows AMQP and nothing of MassTransit.</summary>
internal sealed class RawProducer : IAsyncDisposable
{
    private readonly IConnection _connection;

    private RawProducer(IConnection connection, IChannel channel) => (_connection, Channel) = (connection, channel);

    public IChannel Channel { get; }

    public static async Task<RawProducer> ConnectAsync(VirtualHost host)
    {
        var connection = await new ConnectionFactory { Uri = new Uri(host.Url) }.CreateConnectionAsync("a producer");
        return new RawProducer(connection, await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)));
    }

    /// <summary>Publishes to the intake, and waits for the broker's word.</summary>
    public async Task PublishAsync(string routingKey, ReadOnlyMemory<byte> body, BasicProperties? properties = null) =>
        await Channel.BasicPublishAsync(FleetTopology.Intake, routingKey, mandatory: true, properties ?? new BasicProperties(), body);

    public Task PublishAsync(string routingKey, string body, BasicProperties? properties = null) => PublishAsync(routingKey, Encoding.UTF8.GetBytes(body), properties);

    /// <summary>A queue of one's own, that goes with its connection.</summary>
    public async Task<string> OwnQueueAsync() => (await Channel.QueueDeclareAsync(exclusive: true)).QueueName;

    /// <summary>Takes the next message of a queue, once there is one.</summary>
    public async Task<BasicGetResult> TakeAsync(string queue)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            if (await Channel.BasicGetAsync(queue, autoAck: true, patience.Token) is { } message)
            {
                return message;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>A header that is a text.</summary>
    public static string? Header(BasicGetResult message, string name) =>
        message.BasicProperties.Headers?.TryGetValue(name, out var value) == true && value is byte[] text ? Encoding.UTF8.GetString(text) : null;

    public async ValueTask DisposeAsync()
    {
        await Channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
