using System.Text;
using MassTransit;

namespace Workers.Jobs.Lifecycle;

/// <summary>Where the sender of a message wants to hear what becomes of it.</summary>
/// <param name="Queue">A queue of the sender's own.</param>
/// <param name="CorrelationId">What the sender calls the message, of whatever form: it comes back on each answer as it came. Null: the job's own correlation id.</param>
public sealed record ReplyTo(string Queue, string? CorrelationId = null);

/// <summary>What the sender of a raw message says of it beside its body, on the typed command that is made of it.</summary>
public static class SenderHeaders
{
    /// <summary>Its correlation id, as it came.</summary>
    public const string CorrelationId = "workers-sender-correlation-id";

    /// <summary>Its message id, as it came.</summary>
    public const string MessageId = "workers-sender-message-id";

    /// <summary>The id of the message in hand as its sender wrote it.</summary>
    public static string? SentMessageId(this ConsumeContext context) => IsId(context.Headers.Get<string>(MessageId)) ?? context.SentAs()?.ToString();

    /// <summary>The correlation id of the message in hand, where its sender has one of its own.</summary>
    internal static string? SentCorrelationId(this ConsumeContext context) => IsId(context.Headers.Get<string>(CorrelationId));

    /// <summary>A text that AMQP can carry as an id, else null.</summary>
    public static string? IsId(string? text) => text is { Length: > 0 } && Encoding.UTF8.GetByteCount(text) <= ReplyAddress.Longest && !text.Any(char.IsControl) ? text : null;
}

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

    /// <summary>Where the answers to a message go; null where nobody asked.</summary>
    public static ReplyTo? Of(ConsumeContext context) => QueueOf(context.ResponseAddress) is { } queue ? new ReplyTo(queue, context.SentCorrelationId()) : null;

    /// <summary>The queue of a response address, whatever the transport; null without one.</summary>
    public static string? QueueOf(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true })
        {
            return null;
        }

        var name = Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
        return IsName(name) ? name : null;
    }

    /// <summary>The response address of a queue.</summary>
    public static Uri AddressOf(string queue) => new($"queue:{Uri.EscapeDataString(queue)}");

    /// <summary>Publishes an event, and notes it for who asked.</summary>
    internal static Task TellAsync<T>(this ConsumeContext context, ReplyTo? replyTo, T @event, Guid? messageId = null)
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
