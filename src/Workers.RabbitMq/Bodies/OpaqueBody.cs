using System.Net.Mime;
using System.Text.Json;
using MassTransit;
using MassTransit.Configuration;
using MassTransit.Serialization;

namespace Workers.RabbitMq.Bodies;

/// <summary>A message of any form, unread: its consumer reads the bytes itself, from the receive context.</summary>
public sealed record OpaqueBody;

/// <summary>Takes every body, of whatever content type, for an <see cref="OpaqueBody"/>: for queues whose messages come from anywhere.</summary>
internal sealed class OpaqueBodies : ISerializerFactory, IMessageDeserializer
{
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    public ContentType ContentType { get; } = new("application/octet-stream");

    /// <summary>Makes an endpoint read nothing.</summary>
    public static void Use(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ClearSerialization();
        endpoint.AddSerializer(new SystemTextJsonMessageSerializerFactory());
        endpoint.AddDeserializer(new OpaqueBodies(), isDefault: true);
    }

    public IMessageSerializer CreateSerializer() => SystemTextJsonMessageSerializer.Instance;

    public IMessageDeserializer CreateDeserializer() => this;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) => new SystemTextJsonRawSerializerContext(
        SystemTextJsonMessageSerializer.Instance,
        SystemTextJsonMessageSerializer.Options,
        ContentType,
        new RawMessageContext(headers, destinationAddress, RawSerializerOptions.AnyMessageType), // its headers may hold anything, and are copied to nothing
        [],
        RawSerializerOptions.AnyMessageType,
        Nothing);

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("opaque");
}
