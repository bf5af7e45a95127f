using MassTransit;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Bodies;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Intake;

/// <summary>What AMQP says of a message whose body is raw JSON. Its headers, its content type and whatever else it says count for nothing.</summary>
internal sealed class RawMessage
{
    /// <summary>How AMQP 1.0 has UUIDs, and how RabbitMQ writes them for others.</summary>
    private const string Urn = "urn:uuid:";

    public RawMessage(ReceiveContext context)
    {
        var properties = context.GetPayload<RabbitMqBasicConsumeContext>().Properties;
        SentMessageId = SenderHeaders.IsId(properties.MessageId) ?? SenderHeaders.IsId(Header(properties, "x-message-id"));
        MessageId = SentMessageId switch
        {
            null => NewId.NextGuid(),
            var text when TryParse(text, out var id) => id,
            var text => JobIdentity.MessageId(text),
        };
        SentCorrelationId = SenderHeaders.IsId(properties.CorrelationId);
        CorrelationId = TryParse(SentCorrelationId, out var correlation) ? correlation : null;
        ReplyTo = ReplyAddress.IsName(properties.ReplyTo) ? new ReplyTo(properties.ReplyTo!, SentCorrelationId) : null;
        Faults = string.IsNullOrEmpty(properties.ReplyTo) || ReplyTo is not null
            ? []
            : [new InputFault { Field = "reply_to", Found = $"a name of {properties.ReplyTo.Length} characters", Rule = ReplyAddress.Rule, Fix = "Name such a queue, or leave it out." }];
        Body = AmqpBody.Read(context.Body.GetBytes());
    }

    /// <summary>Its <c>message_id</c>, in the form that the fleet's messages have: the same for a repeat.</summary>
    public Guid MessageId { get; }

    /// <summary>Its <c>message_id</c> as it came; null where it has none that AMQP could carry back.</summary>
    public string? SentMessageId { get; }

    /// <summary>Its <c>correlation_id</c>, where that is a UUID.</summary>
    public Guid? CorrelationId { get; }

    /// <summary>Its <c>correlation_id</c> as it came; it comes back on replies.</summary>
    public string? SentCorrelationId { get; }

    /// <summary>Its <c>reply_to</c>.</summary>
    public ReplyTo? ReplyTo { get; }

    /// <summary>What is wrong with these.</summary>
    public IReadOnlyList<InputFault> Faults { get; }

    /// <summary>Its body, whichever AMQP it was sent with.</summary>
    public AmqpBody Body { get; }

    /// <summary>A UUID in any of the forms that producers write.</summary>
    private static bool TryParse(string? text, out Guid id) => Guid.TryParse(text?.StartsWith(Urn, StringComparison.OrdinalIgnoreCase) == true ? text[Urn.Length..] : text, out id);

    /// <summary>Where RabbitMQ puts an id of AMQP 1.0 that older AMQP has no room for.</summary>
    private static string? Header(IReadOnlyBasicProperties properties, string name) => properties.Headers?.TryGetValue(name, out var value) == true
        ? value is BinaryTableValue binary ? Convert.ToHexStringLower(binary.Bytes) : SafeText.Of(value)
        : null;
}
