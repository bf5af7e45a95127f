using MassTransit;

namespace Workers.Jobs;

/// <summary>Tells first deliveries from others.</summary>
internal static class Repeats
{
    /// <summary>The id that the sender gave the message: a scheduled redelivery has one of its own.</summary>
    public static Guid? SentAs(this ConsumeContext context) => context.GetOriginalMessageId() ?? context.MessageId;

    /// <summary>
    /// Whether this delivery may follow one that did its work and died before its messages left: the broker delivered it again, or it was retried or redelivered. Not any repeat of a
    /// message: to answer those too would multiply them down the chain.
    /// </summary>
    public static bool IsRepeat(this ConsumeContext context) =>
        context.ReceiveContext.Redelivered || context.GetRetryAttempt() > 0 || context.GetRedeliveryCount() > 0;
}
