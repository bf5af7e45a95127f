using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Intake;

/// <summary>What AMQP says of a message whose body is raw JSON. Its headers, its content type and whatever else it says count for nothing.</summary>
internal sealed class RawMessage
{
    public RawMessage(ReceiveContext context)
    {
        var properties = context.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        MessageId = properties.MessageId switch
        {
            null or "" => NewId.NextGuid(),
            var text when Guid.TryParse(text, out var id) => id,
            var text => JobIdentity.MessageId(text),
        };
        CorrelationId = Guid.TryParse(properties.CorrelationId, out var correlation) ? correlation : null;
        ReplyTo = ReplyAddress.IsName(properties.ReplyTo) ? properties.ReplyTo : null;
        Faults = string.IsNullOrEmpty(properties.ReplyTo) || ReplyTo is not null
            ? []
            : [new InputFault { Field = "reply_to", Found = $"a name of {properties.ReplyTo.Length} characters", Rule = ReplyAddress.Rule, Fix = "Name such a queue, or leave it out." }];
    }

    /// <summary>Its <c>message_id</c>, in the form that the fleet's messages have: the same for a repeat.</summary>
    public Guid MessageId { get; }

    /// <summary>Its <c>correlation_id</c>, where that is a UUID.</summary>
    public Guid? CorrelationId { get; }

    /// <summary>Its <c>reply_to</c>.</summary>
    public string? ReplyTo { get; }

    /// <summary>What is wrong with these.</summary>
    public IReadOnlyList<InputFault> Faults { get; }
}
