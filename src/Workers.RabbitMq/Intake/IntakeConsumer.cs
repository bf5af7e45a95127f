using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Bodies;

namespace Workers.RabbitMq.Intake;

/// <summary>Reads raw JSON as one command, strictly, and hands it to the fleet as if it had come in an envelope. What can't be read is kept with the reason.</summary>
internal abstract class IntakeConsumer<TCommand> : IConsumer<OpaqueBody>
    where TCommand : class
{
    public async Task Consume(ConsumeContext<OpaqueBody> context)
    {
        var message = new RawMessage(context.ReceiveContext);
        var reading = StrictJson.Read<TCommand>(context.ReceiveContext.Body.GetBytes());
        InputFault[] faults = [.. reading.Faults, .. reading.Value is null ? [] : Check(reading.Value), .. message.Faults];
        if (faults.Length > 0)
        {
            await RejectAsync(context, message, reading, faults);
            throw new UnreadableCommandException(typeof(TCommand).Name, faults);
        }

        await context.Publish(
            Complete(reading.Value!, message),
            publish =>
            {
                publish.MessageId = message.MessageId;
                publish.ResponseAddress = message.ReplyTo is { } queue ? ReplyAddress.AddressOf(queue) : null;
            });
    }

    /// <summary>Rules that must hold before anybody is told of the command.</summary>
    protected virtual IEnumerable<InputFault> Check(TCommand command) => [];

    /// <summary>Adds what AMQP says and the body does not.</summary>
    protected virtual TCommand Complete(TCommand command, RawMessage message) => command;

    /// <summary>Tells the sender, where the message says well enough who that is.</summary>
    protected virtual Task RejectAsync(ConsumeContext context, RawMessage message, StrictReading<TCommand> reading, IReadOnlyList<InputFault> faults) => Task.CompletedTask;
}
