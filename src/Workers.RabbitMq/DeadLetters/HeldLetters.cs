using System.Runtime.CompilerServices;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Takes dead letters in hand one after the other, as many as lay there at the start, and in the end gives back at once all that were not taken away: to their old places, and, from RabbitMQ 4.3,
/// without counting as a delivery. Should the process die, the broker does the same, counting one delivery; the queues of dead letters have no limit.
/// </summary>
internal sealed class HeldLetters : IAsyncDisposable
{
    private const ushort NotFound = 404;

    /// <summary>A quorum queue keeps the order of so many that are given back at once. Measured with RabbitMQ 4.3: of more, or of those that are given back while it is busy, it does not.</summary>
    private const int AtOnce = 32;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<(string Queue, uint Count)> _queues;
    private readonly List<(string Queue, ulong Tag)> _held = [];

    private HeldLetters(IConnection connection, IChannel channel, IReadOnlyList<(string Queue, uint Count)> queues)
    {
        Connection = connection;
        Channel = channel;
        _queues = queues;
        NotTaken = queues.Sum(queue => queue.Count);
    }

    public IConnection Connection { get; }

    /// <summary>Confirms what is published on it.</summary>
    public IChannel Channel { get; }

    /// <summary>How many lay there at the start and were not taken in hand.</summary>
    public long NotTaken { get; private set; }

    public static async Task<HeldLetters> OpenAsync(BrokerAddress broker, IEnumerable<string> queues, CancellationToken cancellationToken)
    {
        var connection = await broker.ConnectAsync("workers dead-letters", cancellationToken);
        try
        {
            var found = new List<(string, uint)>();
            foreach (var queue in queues)
            {
                if (await FindAsync(connection, queue, cancellationToken) is { MessageCount: > 0 } there)
                {
                    found.Add((queue, there.MessageCount));
                }
            }

            return new HeldLetters(connection, await connection.CreateChannelAsync(new CreateChannelOptions(true, true), cancellationToken), found);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the broker says of a queue; null where it has none of the name.</summary>
    public static async Task<QueueDeclareOk?> FindAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        catch (OperationInterruptedException refusal) when (refusal.ShutdownReason?.ReplyCode == NotFound)
        {
            return null;
        }
    }

    /// <summary>The oldest of each queue first.</summary>
    public async IAsyncEnumerable<HeldLetter> TakeAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (queue, count) in _queues)
        {
            // Not stopped in between: what the broker hands over must be in hand, to be given back.
            for (var taken = 0U; taken < count && await Channel.BasicGetAsync(queue, autoAck: false, CancellationToken.None) is { } got; taken++)
            {
                _held.Add((queue, got.DeliveryTag));
                NotTaken--;
                yield return new HeldLetter(DeadLetter.Read(queue, got.RoutingKey, got.BasicProperties, got.Body.Span), got);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Takes one away for good.</summary>
    public ValueTask RemoveAsync(HeldLetter held, CancellationToken cancellationToken)
    {
        _held.Remove((held.Letter.KeptIn, held.Got.DeliveryTag));
        return Channel.BasicAckAsync(held.Got.DeliveryTag, multiple: false, cancellationToken);
    }

    /// <summary>Waits until the broker has done all that it was told on the channel.</summary>
    public Task SettleAsync(CancellationToken cancellationToken) => Channel.QueueDeclarePassiveAsync(_queues[0].Queue, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var queue in _held.GroupBy(held => held.Queue, held => held.Tag).Where(_ => Channel.IsOpen))
            {
                await GiveBackAsync(queue.Key, [.. queue]);
            }
        }
        catch (Exception fault) when (fault is RabbitMQClientException or IOException)
        {
            // The connection is gone, and the broker has taken them back by itself.
        }

        await Channel.DisposeAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>A few at a time, and the next when the queue has them: so they lie in their order.</summary>
    private async Task GiveBackAsync(string queue, ulong[] tags)
    {
        var there = (await Channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        foreach (var some in tags.Chunk(AtOnce))
        {
            await Channel.BasicNackAsync(some[^1], multiple: true, requeue: true);
            there += (uint)some.Length;
            var began = TimeProvider.System.GetTimestamp();
            while ((await Channel.QueueDeclarePassiveAsync(queue)).MessageCount < there && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Somebody else may have taken some meanwhile: then their order is his.
            }
        }
    }
}

/// <summary>A dead letter in hand.</summary>
/// <param name="Letter">What is known of it.</param>
/// <param name="Got">The message.</param>
internal sealed record HeldLetter(DeadLetter Letter, BasicGetResult Got);
