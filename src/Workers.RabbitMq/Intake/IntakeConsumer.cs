using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Bodies;

namespace Workers.RabbitMq.Intake;

/// <summary>Reads raw JSON as one command, strictly, and hands it to the fleet as if it had come in an envelope. What can't be read is answered, and kept with the reason.</summary>
internal abstract class IntakeConsumer<TCommand>(Rejections rejections) : IConsumer<OpaqueBody>
    where TCommand : class
{
    public async Task Consume(ConsumeContext<OpaqueBody> context)
    {
        var message = new RawMessage(context.ReceiveContext);
        var reading = message.Body.Fault is { } fault ? new StrictReading<TCommand>(null, null, [fault]) : StrictJson.Read<TCommand>(message.Body.Bytes.Span);
        InputFault[] ofOthers = [.. ProducerUsers.Check(context.ReceiveContext, reading.Text("tenantId"))];
        InputFault[] faults = [.. ofOthers, .. reading.Faults, .. reading.Value is null ? [] : Check(reading.Value), .. message.Faults];
        if (faults.Length > 0)
        {
            var unreadable = new UnreadableCommandException(typeof(TCommand).Name, faults);

            // A tenant that did not send it is not told of it: its sender is.
            Func<string, string?> text = ofOthers.Length == 0 ? reading.Text : _ => null;
            await rejections.TellAsync(context.ReceiveContext, typeof(TCommand), text, message, message.ReplyTo, unreadable);
            throw unreadable;
        }

        await context.Publish(
            Complete(reading.Value!, message),
            publish =>
            {
                publish.MessageId = message.MessageId;
                publish.ResponseAddress = message.ReplyTo is { } to ? ReplyAddress.AddressOf(to.Queue) : null;
                publish.Headers.Set(SenderHeaders.MessageId, message.SentMessageId);
                publish.Headers.Set(SenderHeaders.CorrelationId, message.SentCorrelationId);
            });
    }

    /// <summary>Rules that must hold before anybody is told of the command.</summary>
    protected virtual IEnumerable<InputFault> Check(TCommand command) => [];

    /// <summary>Adds what AMQP says and the body does not.</summary>
    protected virtual TCommand Complete(TCommand command, RawMessage message) => command;
}
