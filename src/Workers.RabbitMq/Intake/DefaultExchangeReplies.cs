using MassTransit;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Intake;

/// <summary>
/// Replies over the default exchange, where a queue's name is its routing key: nothing is declared, so a client's queue may be of any kind, and one that is gone is nobody's trouble.
/// An ordinary send would declare an exchange of the name, and leave it behind when its client is gone.
/// </summary>
internal sealed class DefaultExchangeReplies : IReplyRoute
{
    /// <summary>MassTransit's word for the default exchange.</summary>
    private static readonly Uri DefaultExchange = new("exchange:amq.rabbitmq.reply-to");

    public Uri AddressOf(string queue) => DefaultExchange;

    public void Prepare(SendContext message, ReplyTo to)
    {
        message.SetRoutingKey(to.Queue);
        var send = message.GetPayload<RabbitMqSendContext>();
        send.AwaitAck = false; // not even a queue that confirms nothing holds up the job
        if (to.CorrelationId is { } sent)
        {
            message.CorrelationId = null; // or it would be written over what the sender knows the answer by; the event has the job's
            send.BasicProperties.CorrelationId = sent;
        }
    }
}
