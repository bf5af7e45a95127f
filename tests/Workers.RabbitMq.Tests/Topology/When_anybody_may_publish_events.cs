using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

/// <summary>On the exchange that upstream listens to: on a new broker, and on one where an older version has bound the fleet's queue to it.</summary>
[Category("Integration")]
internal sealed class When_anybody_may_publish_events
{
    private const string Started = "workers-job-started";
    private const string Queue = "workers-job-events";
    private static readonly BindingDeclaration Stale = new(FleetTopology.Events, Queue, "#.job-started") { ToExchange = true };

    private VirtualHost _broker = null!;
    private DeployedTopology _topology = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    [SetUp]
    public async Task Deploy()
    {
        _broker = await VirtualHost.CreateAsync();
        _topology = new DeployedTopology(_broker, ("ManagementUrl", _broker.Management.BaseAddress!.ToString()));
        await _topology.Deployment.DeployAsync(CancellationToken.None);
        _connection = await _broker.ConnectAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
    }

    [TearDown]
    public async Task Remove()
    {
        if (_channel is null)
        {
            return; // there is no broker to test with
        }

        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
        await _topology.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Test]
    public void The_fleet_hears_none_of_it()
    {
        foreach (var @event in FleetTopology.EventTypes)
        {
            var key = FleetTopology.RoutingKey("acme", FleetTopology.EventWord(@event));
            Assert.ThrowsAsync<PublishReturnException>(async () => await PublishAsync(FleetTopology.Events, key), key);
        }
    }

    [Test]
    public async Task The_fleets_own_start_comes_to_its_queue_and_to_upstream()
    {
        var upstream = (await _channel.QueueDeclareAsync(exclusive: true)).QueueName;
        await _channel.QueueBindAsync(upstream, FleetTopology.Events, "acme.*");

        await PublishAsync(Started, "acme.job-started");

        Assert.That((await _channel.BasicGetAsync(upstream, autoAck: true))?.RoutingKey, Is.EqualTo("acme.job-started"));
        Assert.That(await _channel.MessageCountAsync(Queue), Is.EqualTo(1));
    }

    /// <summary>Processes of both versions run beside each other while the fleet is upgraded.</summary>
    [Test]
    public async Task A_binding_of_an_older_version_brings_each_start_once_and_is_named()
    {
        await _channel.ExchangeBindAsync(Stale.Destination, Stale.Exchange, Stale.RoutingKey);

        await PublishAsync(FleetTopology.Events, "acme.job-started");
        await PublishAsync(Started, "acme.job-started");

        Assert.That(await _channel.MessageCountAsync(Queue), Is.EqualTo(2), "one as an older process sends it, one as this version does");
        Assert.That((await _topology.Managed.CompareAsync(CancellationToken.None))!.StaleBindings, Is.EqualTo([Stale]));
    }

    private async Task PublishAsync(string exchange, string routingKey) =>
        await _channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties(), new byte[] { 1 });
}
