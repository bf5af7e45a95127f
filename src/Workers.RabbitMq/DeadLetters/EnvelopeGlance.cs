using System.Text.Json;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>What a MassTransit envelope says of itself, and of the job that its message is about: a type and ids, never content. Of any other body, nothing.</summary>
internal sealed record EnvelopeGlance
{
    /// <summary>Longer bodies are not looked into: no message of the fleet's own is nearly as long.</summary>
    private const int Longest = 1024 * 1024;

    /// <summary>Deeper ones are not either.</summary>
    private const int Deepest = 64;

    private const string Urn = "urn:message:";

    private static readonly EnvelopeGlance Nothing = new();

    /// <summary>For example <c>Workers.Jobs.Lifecycle:StartJob</c>.</summary>
    public string? Type { get; private init; }

    public Guid? JobId { get; private init; }

    public string? TenantId { get; private init; }

    public Guid? CorrelationId { get; private init; }

    public int? Step { get; private init; }

    /// <summary>Reads a body of any origin.</summary>
    public static EnvelopeGlance At(ReadOnlySpan<byte> body)
    {
        if (body.Length > Longest)
        {
            return Nothing;
        }

        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = Deepest });
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Envelope(ref reader) : Nothing;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return Nothing; // no JSON, or a text that is no UTF-8
        }
    }

    private static EnvelopeGlance Envelope(ref Utf8JsonReader reader)
    {
        var seen = Nothing;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isMessage) = (reader.ValueTextEquals("messageType"), reader.ValueTextEquals("message"));
            reader.Read();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray when isType:
                    seen = seen with { Type = FirstType(ref reader) };
                    break;

                case JsonTokenType.StartObject when isMessage:
                    seen = Message(ref reader, seen);
                    break;

                default:
                    reader.Skip();
                    break;
            }
        }

        // An object that is no envelope may have members of these names too.
        return seen.Type is null ? Nothing : seen;
    }

    private static string? FirstType(ref Utf8JsonReader reader)
    {
        string? type = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (type is null && reader.TokenType == JsonTokenType.String && reader.GetString() is { } urn && urn.StartsWith(Urn, StringComparison.Ordinal))
            {
                type = SafeText.TypeName(urn[Urn.Length..]);
            }

            reader.Skip();
        }

        return type;
    }

    private static EnvelopeGlance Message(ref Utf8JsonReader reader, EnvelopeGlance seen)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            seen = (name, reader.TokenType) switch
            {
                ("jobId", JsonTokenType.String) => seen with { JobId = Id(ref reader) },
                ("correlationId", JsonTokenType.String) => seen with { CorrelationId = Id(ref reader) },
                ("tenantId", JsonTokenType.String) => seen with { TenantId = SafeText.Name(reader.GetString()) },
                ("step", JsonTokenType.Number) when reader.TryGetInt32(out var step) => seen with { Step = step },
                _ => seen,
            };
            reader.Skip();
        }

        return seen;
    }

    private static Guid? Id(ref Utf8JsonReader reader) => reader.TryGetGuid(out var id) ? id : null;
}
