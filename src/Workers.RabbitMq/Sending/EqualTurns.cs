using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Workers.RabbitMq.Foreign;

namespace Workers.RabbitMq.Sending;

/// <summary>
/// Gives every sender's messages their turn in the order in which they came. RabbitMQ 4.3 hands over quorum queues strictly by priority, of 32, so one producer's messages could starve all others'.
/// What comes to a queue of ours with a higher one than those without is sent to the queue's end without it; what is sent while it is handled has none of its own.
/// </summary>
internal sealed class EqualTurns(string queue, TimeSpan timeout) : IFilter<ReceiveContext>
{
    /// <summary>What a quorum queue takes a message for that says nothing.</summary>
    private const byte Usual = 4;

    public void Probe(ProbeContext context) => context.CreateFilterScope("equal-turns");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = context.GetPayload<RabbitMqBasicConsumeContext>();
        if (!(delivery.Properties.IsPriorityPresent() && delivery.Properties.Priority > Usual))
        {
            await next.Send(context);
            return;
        }

        var properties = new BasicProperties(delivery.Properties) { Persistent = true, Headers = Claims.LeftOut(delivery) };
        properties.ClearPriority();
        properties.ClearUserId(); // the broker takes no message in another user's name
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(timeout);
        await context.GetPayload<ChannelContext>()
            .BasicPublishAsync("", queue, mandatory: true, properties, context.GetBody(), awaitAck: true, patience.Token).WaitAsync(patience.Token);
    }

    /// <summary>MassTransit gives what a consumer sends the priority of the message in hand, unless it has one.</summary>
    public static void Use(IRabbitMqBusFactoryConfigurator transport)
    {
        transport.ConfigureSend(pipe => pipe.UseExecute(Forget));
        transport.ConfigurePublish(pipe => pipe.UseExecute(Forget));
    }

    private static void Forget(SendContext send)
    {
        if (send.TryGetPayload<RabbitMqSendContext>(out var message)
            && send.TryGetPayload<ConsumeContext>(out var handled) && handled.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) && delivery.Properties.IsPriorityPresent())
        {
            message.BasicProperties.Priority = Usual;
        }
    }
}
