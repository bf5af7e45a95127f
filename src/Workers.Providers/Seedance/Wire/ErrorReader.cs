using System.Text.Json;
using Workers.Contracts;

namespace Workers.Providers.Seedance.Wire;

/// <summary>What a provider says of an error.</summary>
/// <param name="Code">Its own word, or number, for the kind of error.</param>
/// <param name="Message">May quote what a user wrote.</param>
/// <param name="Param">The field that it names.</param>
internal sealed record ErrorDetail(string? Code, string? Message, string? Param)
{
    /// <summary>What a provider says may quote what a user wrote.</summary>
    public override string ToString() => $"ErrorDetail {{ {Outline.Of(Message)} }}";
}

/// <summary>
/// Finds the error in an answer. ModelArk has it as <c>{"error":{"code","message","param"}}</c>; gateways wrap it into answers of their own, or word their own errors: as a text, at
/// the root, in a list, below another name, or as JSON within a message. The innermost code is the cause.
/// </summary>
internal static class ErrorReader
{
    private const int Deepest = 6;

    /// <summary>Where an error lies within another.</summary>
    private static readonly string[] Within = ["error", "errors", "ResponseMetadata", "detail", "data", "message"];

    private static readonly string[] Codes = ["code", "error_code", "type"];
    private static readonly string[] Messages = ["message", "error_message", "msg", "error_msg", "detail", "reason"];

    /// <summary>Codes by which an envelope says that nothing is wrong.</summary>
    private static readonly string[] Fine = ["0", "200", "ok", "success"];

    /// <summary>The error, or null where nothing is said of one.</summary>
    public static ErrorDetail? Read(JsonElement? json) => Read(json, Deepest);

    private static ErrorDetail? Read(JsonElement? json, int depth) => depth == 0 ? null : json switch
    {
        { ValueKind: JsonValueKind.Object } whole => OfObject(whole, depth),
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(one => Read(one, depth - 1)).FirstOrDefault(one => one is not null),
        { ValueKind: JsonValueKind.String } => OfText(json.Text(), depth),
        { ValueKind: JsonValueKind.Number } => new ErrorDetail(json.Word(), null, null),
        _ => null,
    };

    private static ErrorDetail? OfObject(JsonElement json, int depth)
    {
        var own = new ErrorDetail(
            Codes.Select(name => json.Member(name).Word()).FirstOrDefault(IsError),
            Messages.Select(name => json.Member(name).Text()).FirstOrDefault(text => text is not null),
            json.Member("param").Text());
        foreach (var name in Within)
        {
            if (json.Member(name) is { } inner && Inner(inner, name, depth) is { } found)
            {
                return new ErrorDetail(found.Code ?? own.Code, found.Message ?? own.Message, found.Param ?? own.Param);
            }
        }

        return own.Code is null && (own.Message is null || !HasErrorShape(json)) ? null : own;
    }

    /// <summary>A text is an error where it stands for one; below other names only if it is JSON that has one.</summary>
    private static ErrorDetail? Inner(JsonElement inner, string name, int depth) => inner.ValueKind switch
    {
        JsonValueKind.String when name is "error" => Read(inner, depth - 1),
        JsonValueKind.String => Nested(((JsonElement?)inner).Text(), depth - 1),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => null,
        _ => Read(inner, depth - 1),
    };

    /// <summary>JSON as a text; else one word is a code, and a sentence a message.</summary>
    private static ErrorDetail? OfText(string? text, int depth) =>
        text is null ? null
        : Nested(text, depth) ?? (text.AsSpan().ContainsAny(' ', '\n') ? new ErrorDetail(null, text, null) : new ErrorDetail(text, null, null));

    /// <summary>Only where all of it is JSON: a sentence may quote what a user wrote, which must decide nothing.</summary>
    private static ErrorDetail? Nested(string? text, int depth)
    {
        if (text?.StartsWith('{') != true)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text);
            return Read(json.RootElement, depth - 1);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool HasErrorShape(JsonElement json) => !json.Member("id").HasValue && !json.Member("task_id").HasValue && !json.Member("items").HasValue;

    private static bool IsError(string? code) => code is not null && !Fine.Contains(code, StringComparer.OrdinalIgnoreCase);
}
