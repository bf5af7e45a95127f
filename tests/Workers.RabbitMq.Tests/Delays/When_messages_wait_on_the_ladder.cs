using System.Collections.Concurrent;
using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Delays;

/// <summary>While the longer messages wait, other tests crash the broker again: it is held up only where something is sent.</summary>
[Category("Integration")]
[Category("Crash")]
internal sealed class When_messages_wait_on_the_ladder
{
    private const int Count = 1000;
    private const string Queue = "workers-watch-task";

    /// <summary>Rungs up to a minute: the longer ones are the same queues with another number.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The broker reckons a time to live in whole milliseconds, from when the queue takes the message.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(2);

    private readonly DelayLadder _ladder = new(new RabbitMqOptions());
    private readonly ConcurrentDictionary<string, DateTimeOffset> _arrived = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _sent = new();

    private VirtualHost _host = null!;
    private IConnection _connection = null!;
    private IDisposable _held = null!;

    [SetUp]
    public async Task Deploy()
    {
        _held = await TestBroker.HoldAsync();
        _host = await VirtualHost.CreateAsync();
        var options = new RabbitMqOptions { Url = _host.Url };
        await new TopologyDeployment(new FleetTopology(options, _ladder), new BrokerAddress(options)).DeployAsync(CancellationToken.None);
        await ConnectAsync();
    }

    [TearDown]
    public async Task Clean()
    {
        _held.Dispose();
        using var held = await TestBroker.HoldAsync();
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task All_arrive_and_none_early_although_the_broker_crashes_meanwhile()
    {
        var rungs = _ladder.Rungs.Where(rung => rung.Wait <= Longest).ToArray();
        await ListenAsync();
        await Task.WhenAll(rungs.Select(rung => SendAsync(rung, "before", Queue, Count)));

        await TestBroker.CrashAsync();
        await TestBroker.StartAsync();
        await ConnectAsync();
        await ListenAsync();
        await Task.WhenAll(rungs.Select(rung => SendAsync(rung, "after", Queue, Count)));
        _held.Dispose();

        await ArrivedAsync(2 * Count * rungs.Length, Longest + TimeSpan.FromSeconds(60));
        foreach (var rung in rungs)
        {
            foreach (var batch in new[] { "before", "after" })
            {
                var late = Lateness(rung, batch);
                TestContext.Out.WriteLine($"{rung.Queue} {batch} the crash: {late.Length} arrived, lateness p50 {At(late, 0.5)} ms, p99 {At(late, 0.99)} ms, most {At(late, 1)} ms");
                Assert.That(late, Has.Length.EqualTo(Count), $"{rung.Queue} {batch}");
                Assert.That(late[0], Is.GreaterThanOrEqualTo(-Grain), $"{rung.Queue} {batch}: early");
            }
        }
    }

    [Test]
    public async Task Messages_to_a_destination_that_is_gone_do_not_hold_up_the_others()
    {
        var rung = _ladder.Rungs[0];
        await ListenAsync();
        await SendAsync(rung, "lost", "workers-gone", 100);
        await SendAsync(rung, "valid", Queue, 100);

        await ArrivedAsync(100, TimeSpan.FromSeconds(20));
        Assert.That(Lateness(rung, "valid"), Has.Length.EqualTo(100));
        await Eventually.HoldsAsync(async () => await _host.CountAsync(FleetTopology.Unroutable) == 100, () => "What leads nowhere should be kept.", 20);
    }

    /// <summary>Sends with confirmation; the time of sending is from before the broker had the message.</summary>
    private async Task SendAsync(DelayRung rung, string batch, string destination, int count)
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
        {
            var name = $"{rung.Queue}/{batch}/{number}";
            _sent[name] = TimeProvider.System.GetUtcNow();
            await channel.BasicPublishAsync(rung.Queue, destination, mandatory: true, new BasicProperties { Persistent = true, MessageId = name }, Encoding.UTF8.GetBytes(name));
        }));
    }

    private async Task ListenAsync()
    {
        var channel = await _connection.CreateChannelAsync();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            _arrived.TryAdd(delivery.BasicProperties.MessageId!, TimeProvider.System.GetUtcNow());
            try
            {
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            }
            catch (AlreadyClosedException)
            {
                // The broker died, and delivers it again.
            }
        };
        await channel.BasicQosAsync(0, 500, global: false);
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
    }

    private async Task ConnectAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    _connection = await new BrokerAddress(new RabbitMqOptions { Url = _host.Url }).ConnectAsync("ladder test", CancellationToken.None);
                    return true;
                }
                catch (BrokerUnreachableException)
                {
                    return false;
                }
            },
            () => "The broker should be back.",
            60);
    }

    /// <summary>Listens again wherever the broker was crashed.</summary>
    private Task ArrivedAsync(int count, TimeSpan patience) => Eventually.HoldsAsync(
        async () =>
        {
            if (!_connection.IsOpen)
            {
                using var held = await TestBroker.HoldAsync();
                await ConnectAsync();
                await ListenAsync();
            }

            return _arrived.Count >= count;
        },
        () => $"{count} messages should arrive, and {_arrived.Count} did.",
        patience.TotalSeconds);

    private TimeSpan[] Lateness(DelayRung rung, string batch) =>
        [.. _arrived.Where(arrived => arrived.Key.StartsWith($"{rung.Queue}/{batch}/", StringComparison.Ordinal)).Select(arrived => arrived.Value - _sent[arrived.Key] - rung.Wait).Order()];

    private static long At(TimeSpan[] sorted, double share) => (long)sorted[(int)((sorted.Length - 1) * share)].TotalMilliseconds;
}
