using System.Text;
using MassTransit;

namespace Workers.Jobs.Lifecycle;

/// <summary>The queue at which the sender of a message wants to hear what becomes of it.</summary>
public static class ReplyAddress
{
    /// <summary>AMQP's limit for names, in bytes of UTF-8.</summary>
    public const int Longest = 255;

    /// <summary>What a name must be.</summary>
    public const string Rule = "a reply goes to a queue of your own: 1 to 255 bytes without control characters, not beginning with workers-";

    /// <summary>RabbitMQ's stand-in for a queue that only the channel which asked can name.</summary>
    private const string Anonymous = "amq.rabbitmq.reply-to";

    /// <summary>Whether a text can be the name of somebody else's queue.</summary>
    public static bool IsName(string? queue) =>
        queue is { Length: > 0 }
        && Encoding.UTF8.GetByteCount(queue) <= Longest
        && !queue.Any(char.IsControl)
        && !queue.StartsWith("workers-", StringComparison.OrdinalIgnoreCase)
        && queue != Anonymous;

    /// <summary>The queue of a message's response address, whatever the transport; null without one.</summary>
    public static string? Of(ConsumeContext context)
    {
        if (context.ResponseAddress is not { IsAbsoluteUri: true } address)
        {
            return null;
        }

        var name = Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
        return IsName(name) ? name : null;
    }

    /// <summary>The response address of a queue.</summary>
    public static Uri AddressOf(string queue) => new($"queue:{Uri.EscapeDataString(queue)}");

    /// <summary>Publishes an event, and notes it for who asked.</summary>
    internal static Task TellAsync<T>(this ConsumeContext context, string? replyTo, T @event, Guid? messageId = null)
        where T : class
    {
        var id = messageId ?? NewId.NextGuid();
        if (context.TryGetPayload<PendingReplies>(out var replies))
        {
            replies.Add(replyTo, @event, id);
        }

        return context.Publish(@event, publish => publish.MessageId = id);
    }
}
