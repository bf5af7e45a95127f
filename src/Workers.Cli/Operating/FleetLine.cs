using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Workers.Contracts;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Operating;

/// <summary>Speaks to the fleet as any client does: raw JSON to the intake, confirmed by the broker; events on a queue that goes with the connection.</summary>
internal sealed class FleetLine : IAsyncDisposable
{
    /// <summary>A broker that was restarted may owe a confirmation for ever.</summary>
    private static readonly TimeSpan ConfirmedWithin = TimeSpan.FromSeconds(15);

    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly Channel<FleetEvent> _heard = Channel.CreateUnbounded<FleetEvent>();

    private FleetLine(IConnection connection, IChannel channel, string queue)
    {
        _connection = connection;
        _channel = channel;
        Queue = queue;
    }

    /// <summary>Where this process hears events.</summary>
    public string Queue { get; }

    /// <summary>What was heard, in order; an event may come twice.</summary>
    public ChannelReader<FleetEvent> Heard => _heard.Reader;

    public static async Task<FleetLine> OpenAsync(BrokerAddress broker, CancellationToken cancellationToken)
    {
        var connection = await broker.ConnectAsync("workers-cli", cancellationToken);
        try
        {
            var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), cancellationToken);
            await channel.ExchangeDeclarePassiveAsync(FleetTopology.Intake, cancellationToken); // says what is wrong where no worker ever ran
            var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, cancellationToken: cancellationToken);
            var line = new FleetLine(connection, channel, queue.QueueName);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, delivery) => line.HearAsync(delivery);
            await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
            return line;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Hears one kind of event of a tenant from now on.</summary>
    public Task ListenAsync<TEvent>(string? tenant, CancellationToken cancellationToken) =>
        _channel.QueueBindAsync(Queue, FleetTopology.Events, FleetTopology.RoutingKey(tenant, FleetTopology.EventWord(typeof(TEvent))), cancellationToken: cancellationToken);

    /// <summary>Sends a command; returns once the broker has it.</summary>
    /// <param name="command">What to do.</param>
    /// <param name="messageId">A repeat with the same id is the same command.</param>
    /// <param name="correlation">The job's correlation id, for commands that have none of their own.</param>
    /// <param name="replyTo">The queue that its refusal goes to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task SendAsync<TCommand>(TCommand command, Guid messageId, Guid correlation, string? replyTo, CancellationToken cancellationToken)
        where TCommand : class
    {
        var properties = new BasicProperties { MessageId = messageId.ToString(), CorrelationId = correlation.ToString(), ReplyTo = replyTo, ContentType = "application/json", DeliveryMode = DeliveryModes.Persistent };
        var body = JsonSerializer.SerializeToUtf8Bytes(command, (JsonTypeInfo<TCommand>)ContractsJson.Default.GetTypeInfo(typeof(TCommand))!);
        await _channel.BasicPublishAsync(FleetTopology.Intake, FleetTopology.EventWord(typeof(TCommand)), mandatory: true, properties, body, cancellationToken)
            .AsTask().WaitAsync(ConfirmedWithin, TimeProvider.System, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task HearAsync(BasicDeliverEventArgs delivery)
    {
        using var envelope = JsonDocument.Parse(delivery.Body);
        var type = envelope.RootElement.GetProperty("messageType")[0].GetString()!;
        await _heard.Writer.WriteAsync(new FleetEvent(type[(type.LastIndexOf(':') + 1)..], delivery.BasicProperties.MessageId, envelope.RootElement.GetProperty("message").Clone()));
    }
}

/// <summary>One event of the fleet.</summary>
/// <param name="Type">For example <c>JobAccepted</c>.</param>
/// <param name="MessageId">The same for a repeat.</param>
/// <param name="Message">What it says.</param>
internal sealed record FleetEvent(string Type, string? MessageId, JsonElement Message)
{
    /// <summary>What it says, if it is of this type.</summary>
    public T? As<T>()
        where T : class =>
        Type == typeof(T).Name ? Message.Deserialize((JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!) : null;
}
