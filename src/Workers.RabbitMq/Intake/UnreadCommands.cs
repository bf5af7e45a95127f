using System.Text.Json;
using MassTransit;
using MassTransit.Middleware.Rescue;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Intake;

/// <summary>
/// Says what is wrong with a message of a typed exchange that MassTransit could not make anything of, before it is kept: the field of the command in the envelope, or that there is no envelope and the
/// intake is meant. Who sent a command that way is told, as by the intake.
/// </summary>
internal sealed class UnreadCommands(Rejections rejections) : IFilter<ExceptionReceiveContext>
{
    private static readonly Type[] Commands = [typeof(SubmitJob), typeof(CancelJob), typeof(ResumeJob)];

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public void Probe(ProbeContext context) => context.CreateFilterScope("unread-commands");

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        if (!DeadLetterKeeper.IsUnreadable(context) || context.Exception is UnreadableCommandException || context.TryGetPayload<Told>(out _))
        {
            await next.Send(context);
            return;
        }

        var message = new RawMessage(context);
        var envelope = Envelope.Read(message.Body.Bytes.Span);
        var command = Commands.FirstOrDefault(type => envelope.IsOf(type) || context.GetPayload<RabbitMqBasicConsumeContext>().Exchange == FleetTopology.ExchangeOf(type));
        InputFault[] faults = envelope.Message is { } body ? command is null ? [] : [.. ContractShape.CheckEnveloped(body, command)]
            : [message.Body.Fault ?? NoEnvelope(envelope.IsJson)];
        if (faults.Length == 0)
        {
            await next.Send(context);
            return;
        }

        var unreadable = new UnreadableCommandException(command?.Name ?? "message of this queue", faults);
        if (command is not null)
        {
            var replyTo = ReplyAddress.QueueOf(envelope.ResponseAddress) is { } queue ? new ReplyTo(queue, message.SentCorrelationId) : message.ReplyTo;
            await rejections.TellAsync(context, command, envelope.Text, message, replyTo, unreadable);
        }

        context.AddOrUpdatePayload(() => new Told(), told => told); // not once more where keeping it has to be tried again
        await next.Send(new RescueExceptionReceiveContext(context, unreadable));
    }

    private static InputFault NoEnvelope(bool isJson) => new()
    {
        Field = "the body",
        Found = isJson ? "JSON without MassTransit's envelope" : "bytes that are no JSON",
        Rule = "what comes to this exchange is in MassTransit's envelope",
        Fix = $"Publish raw JSON to the exchange {FleetTopology.Intake}, with the routing key {string.Join(", ", IntakeEndpoints.All.Select(IntakeEndpoints.RoutingKeyOf))}.",
    };

    private sealed record Told;

    /// <summary>As much of MassTransit's envelope as can be made out.</summary>
    private sealed record Envelope(JsonElement? Root)
    {
        public bool IsJson => Root is not null;

        /// <summary>What is in it; null where there is no envelope.</summary>
        public JsonElement? Message => Member("messageType") is { ValueKind: JsonValueKind.Array } ? Member("message") : null;

        public Uri? ResponseAddress => TextOf(Member("responseAddress")) is { } text && Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null;

        public static Envelope Read(ReadOnlySpan<byte> body)
        {
            try
            {
                return new Envelope(body.IsEmpty ? null : JsonElement.Parse(body, Options));
            }
            catch (JsonException)
            {
                return new Envelope((JsonElement?)null);
            }
        }

        public bool IsOf(Type command) =>
            Member("messageType") is { ValueKind: JsonValueKind.Array } types && types.EnumerateArray().Any(type => TextOf(type) == $"urn:message:{FleetTopology.ExchangeOf(command)}");

        /// <summary>A text of the command's.</summary>
        public string? Text(string member) => TextOf(Of(Message ?? Root, member));

        private JsonElement? Member(string name) => Of(Root, name);

        private static JsonElement? Of(JsonElement? value, string name) =>
            value is { ValueKind: JsonValueKind.Object } members && members.TryGetProperty(name, out var found) ? found : null;

        private static string? TextOf(JsonElement? value)
        {
            try
            {
                return value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
            }
            catch (InvalidOperationException)
            {
                return null; // half a character
            }
        }
    }
}
