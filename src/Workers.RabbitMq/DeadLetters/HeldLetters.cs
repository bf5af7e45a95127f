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

    /// <summary>The rest of a queue is taken in hand too, up to so many, to be given back after what was looked at: what is given back goes behind what others gave back before.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<(string Queue, uint Count)> _queues;
    private readonly List<Hand> _hands = [];

    private HeldLetters(IConnection connection, IChannel channel, IReadOnlyList<(string Queue, uint Count)> queues)
    {
        Connection = connection;
        Channel = channel;
        _queues = queues;
        NotTaken = queues.Sum(queue => queue.Count);
    }

    public IConnection Connection { get; }

    /// <summary>To publish on: it waits for the confirmation.</summary>
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
            var hand = new Hand(queue, await Connection.CreateChannelAsync(cancellationToken: CancellationToken.None));
            _hands.Add(hand);

            // Not stopped in between: what the broker hands over must be in hand, to be given back.
            for (var taken = 0U; taken < count && await hand.Channel.BasicGetAsync(queue, autoAck: false, CancellationToken.None) is { } got; taken++)
            {
                hand.Tags.Add(got.DeliveryTag);
                NotTaken--;
                yield return new HeldLetter(DeadLetter.Read(queue, got.RoutingKey, got.BasicProperties, got.Body.Span, got.Exchange), got);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>Takes one away for good.</summary>
    public async Task RemoveAsync(HeldLetter held)
    {
        var hand = _hands.Single(hand => hand.Queue == held.Letter.KeptIn);
        hand.Tags.Remove(held.Got.DeliveryTag);
        await hand.Channel.BasicAckAsync(held.Got.DeliveryTag, multiple: false);
    }

    /// <summary>Waits until the broker has taken away what it was told to.</summary>
    public async Task SettleAsync()
    {
        foreach (var hand in _hands)
        {
            await hand.Channel.QueueDeclarePassiveAsync(hand.Queue);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            foreach (var hand in _hands.Where(hand => hand.Tags.Count > 0 && hand.Channel.IsOpen))
            {
                await GiveBackAsync(hand);
            }
        }
        catch (Exception fault) when (fault is RabbitMQClientException or IOException)
        {
            // The connection is gone, and the broker has taken them back by itself.
        }

        foreach (var hand in _hands)
        {
            await hand.Channel.DisposeAsync();
        }

        await Channel.DisposeAsync();
        await Connection.DisposeAsync();
    }

    /// <summary>A few at a time, and the next when the queue has them: so they lie in their order.</summary>
    private static async Task GiveBackAsync(Hand hand)
    {
        while (hand.Tags.Count < Most && await hand.Channel.BasicGetAsync(hand.Queue, autoAck: false) is { } got)
        {
            hand.Tags.Add(got.DeliveryTag);
        }

        var there = (await hand.Channel.QueueDeclarePassiveAsync(hand.Queue)).MessageCount;
        foreach (var some in hand.Tags.Chunk(AtOnce))
        {
            await hand.Channel.BasicNackAsync(some[^1], multiple: true, requeue: true);
            there += (uint)some.Length;
            var began = TimeProvider.System.GetTimestamp();
            while ((await hand.Channel.QueueDeclarePassiveAsync(hand.Queue)).MessageCount < there && TimeProvider.System.GetElapsedTime(began) < Patience)
            {
                // Somebody else may have taken some meanwhile: then their order is his.
            }
        }
    }

    /// <summary>What is held of one queue, oldest first.</summary>
    private sealed record Hand(string Queue, IChannel Channel)
    {
        public List<ulong> Tags { get; } = [];
    }
}

/// <summary>A dead letter in hand.</summary>
/// <param name="Letter">What is known of it.</param>
/// <param name="Got">The message.</param>
internal sealed record HeldLetter(DeadLetter Letter, BasicGetResult Got);
