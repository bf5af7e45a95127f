using System.Collections.Concurrent;
using System.Text;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Workers.Jobs;
using Workers.Providers;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>The fleet's own bus on a real broker: what it sends is taken from the wire, and what is put on the wire it reads.</summary>
internal sealed class CorpusWire : IAsyncDisposable
{
    private const string Sent = "corpus-sent";
    private const string Read = "corpus-read";
    private const string Envelope = "application/vnd.masstransit+json";

    private readonly VirtualHost _broker;
    private readonly IHost _host;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<object>> _heard;

    private CorpusWire(VirtualHost broker, IHost host, IConnection connection, IChannel channel, ConcurrentDictionary<Guid, TaskCompletionSource<object>> heard) =>
        (_broker, _host, _connection, _channel, _heard) = (broker, host, connection, channel, heard);

    public static async Task<CorpusWire> CreateAsync()
    {
        var broker = await VirtualHost.CreateAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("RabbitMq:Url", broker.Url)]);
        builder.Services.AddProviders().AddJobs(Roles.None).AddInMemoryStores().AddRabbitMq();
        builder.Services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
        ConcurrentDictionary<Guid, TaskCompletionSource<object>> heard = new();
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport((_, transport) => transport.ReceiveEndpoint(Read, endpoint =>
            {
                endpoint.ConfigureConsumeTopology = false;
                foreach (var hears in MessageCorpus.Types.Select(type => typeof(Hears<>).MakeGenericType(type)))
                {
                    endpoint.Consumer(hears, type => Activator.CreateInstance(type, heard)!);
                }
            }));
        });
        var host = builder.Build();
        await host.StartAsync();

        var connection = await broker.ConnectAsync();
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Sent, durable: false, exclusive: true, autoDelete: true);
        await channel.QueueBindAsync(Sent, FleetTopology.Events, "#");
        foreach (var exchange in MessageCorpus.Types.Except(FleetTopology.EventTypes).Select(FleetTopology.ExchangeOf))
        {
            await channel.QueueBindAsync(Sent, exchange, "");
        }

        return new CorpusWire(broker, host, connection, channel, heard);
    }

    /// <summary>Sends a message as the fleet does, and gives the body that came to the broker.</summary>
    public async Task<byte[]> SendAsync(object message)
    {
        await _host.Services.GetRequiredService<IBus>().Publish(message, message.GetType(), Pipe.Execute<PublishContext>(publish =>
        {
            (publish.MessageId, publish.ConversationId, publish.InitiatorId, publish.RequestId) = (MessagesV1.Id(60), MessagesV1.Id(61), MessagesV1.Id(62), MessagesV1.Id(63));
            publish.ResponseAddress = new Uri("exchange:studio-answers");
            publish.Headers.Set("workers-header", "a word");
        }));
        var sent = await _channel.BasicGetAsync(Sent, autoAck: true) ?? throw new AssertionException("It was confirmed, and is not there.");
        Assert.That(sent.BasicProperties.ContentType, Is.EqualTo(Envelope));
        return sent.Body.ToArray();
    }

    /// <summary>Puts a body on the wire, and gives what a consumer of the fleet's bus is handed.</summary>
    public async Task<object> ReadAsync(string body)
    {
        var id = System.Text.Json.Nodes.JsonNode.Parse(body)!["messageId"]!.GetValue<Guid>();
        var heard = _heard[id] = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _channel.BasicPublishAsync("", Read, mandatory: true, new BasicProperties { ContentType = Envelope, MessageId = id.ToString() }, Encoding.UTF8.GetBytes(body));
        try
        {
            return await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        }
        catch (TimeoutException)
        {
            throw new AssertionException("No consumer could read it.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _host.StopAsync();
        _host.Dispose();
        await _broker.DisposeAsync();
    }

    private sealed class Hears<T>(ConcurrentDictionary<Guid, TaskCompletionSource<object>> heard) : IConsumer<T>
        where T : class
    {
        public Task Consume(ConsumeContext<T> context)
        {
            heard[context.MessageId!.Value].TrySetResult(context.Message);
            return Task.CompletedTask;
        }
    }
}
