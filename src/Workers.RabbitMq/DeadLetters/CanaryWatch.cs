using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Sees every message that becomes a dead letter from now on, through a queue of its own that goes with the connection.</summary>
internal sealed class CanaryWatch : IAsyncDisposable
{
    /// <summary>The oldest are forgotten beyond this: whoever watches for a while need not hold all of a flood.</summary>
    private const int Most = 1000;

    private readonly IChannel _channel;
    private readonly ConcurrentDictionary<string, bool> _ids = [];
    private readonly ConcurrentDictionary<(string? Queue, string Correlation), bool> _jobs = [];
    private readonly TaskCompletionSource<DeadLetter> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CanaryWatch(IChannel channel) => _channel = channel;

    public static async Task<CanaryWatch> StartAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var watch = new CanaryWatch(channel);
        var queue = await channel.QueueDeclareAsync("", durable: false, exclusive: true, autoDelete: true, new Dictionary<string, object?> { ["x-max-length"] = Most }, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue.QueueName, FleetTopology.DeadLetters, "#", cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue.QueueName, FleetTopology.Unroutable, "", cancellationToken: cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += watch.SeeAsync;
        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer, cancellationToken);
        return watch;
    }

    /// <summary>Watches for a letter. A command that revives its job is handled by that; it is the one issued in its stead, of the same job, that may fail.</summary>
    public void Expect(DeadLetter letter)
    {
        _ids[letter.Id] = true;
        if (letter.CorrelationId is { } correlation)
        {
            _jobs[(letter.Queue, correlation)] = true;
        }
    }

    /// <summary>Waits for the first of the expected ones to fail again; null when none did.</summary>
    public async Task<DeadLetter?> WaitAsync(TimeSpan wait, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await _failed.Task.WaitAsync(wait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private Task SeeAsync(object sender, BasicDeliverEventArgs seen)
    {
        var letter = DeadLetter.Read(FleetTopology.KeptIn(seen.Exchange, seen.RoutingKey), seen.RoutingKey, seen.BasicProperties, seen.Body.Span, seen.Exchange);
        if (_ids.ContainsKey(letter.Id) || (letter.CorrelationId is { } correlation && _jobs.ContainsKey((letter.Queue, correlation))))
        {
            _failed.TrySetResult(letter);
        }

        return Task.CompletedTask;
    }
}
