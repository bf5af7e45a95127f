using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Workers.Contracts;

/// <summary>
/// Reads JSON from outside as one type of the contract, and as nothing else: an idempotency key that is misspelled, and passed over, would be paid for. The one reader of all that users write,
/// on the wire and in files: what it lets through can be kept and sent on.
/// </summary>
public static class StrictJson
{
    /// <summary>Longer ones are not read: whatever is large goes by reference.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Objects and lists inside each other.</summary>
    public const int MostDepth = 32;

    /// <summary>What one line of a file is called.</summary>
    public const string Line = "line";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth };

    /// <summary>Begins what some programs write, and says nothing.</summary>
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>All that is wrong with what was sent, or what it says.</summary>
    /// <param name="json">What was sent.</param>
    /// <param name="noun">What it is called: <c>body</c>, <c>line</c>.</param>
    /// <param name="besides">Members of the whole that are not the contract's.</param>
    public static StrictReading<T> Read<T>(ReadOnlySpan<byte> json, string noun = "body", params string[] besides)
        where T : class
    {
        var text = json.StartsWith(ByteOrderMark) ? json[ByteOrderMark.Length..] : json;
        if (text.Length is 0 or > MostBytes)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"{text.Length} bytes");
            return Unread<T>(
                noun,
                found,
                string.Create(CultureInfo.InvariantCulture, $"a {noun} has 1 to {MostBytes} bytes"),
                text.IsEmpty ? "Send the command as JSON." : "Pass large things by reference.");
        }

        if (!Utf8.IsValid(text))
        {
            return Unread<T>(noun, "bytes that are no UTF-8", $"a {noun} is JSON in UTF-8", "Encode it so.");
        }

        try
        {
            var root = JsonElement.Parse(text, Options);
            InputFault[] faults = [.. ContractShape.Check(root, typeof(T), $"the {noun}", besides)];
            return new StrictReading<T>(faults.Length == 0 ? root.Deserialize((JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!) : null, root, faults);
        }
        catch (JsonException fault)
        {
            return Unread<T>(
                noun,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{text.Length} bytes that can't be read from {(noun == Line ? "" : $"line {fault.LineNumber + 1}, ")}byte {fault.BytePositionInLine + 1} on"),
                string.Create(CultureInfo.InvariantCulture, $"a {noun} is one JSON object, nested at most {MostDepth} deep"),
                "Correct it there. Quotes, commas and braces are what is mostly missing.");
        }
    }

    private static StrictReading<T> Unread<T>(string noun, string found, string rule, string fix)
        where T : class =>
        new(null, null, [new InputFault { Field = $"the {noun}", Found = found, Rule = rule, Fix = fix }]);
}

/// <summary>What came of reading a body.</summary>
/// <param name="Value">What it says; null where anything is wrong with it.</param>
/// <param name="Root">The JSON, where it is any.</param>
/// <param name="Faults">What is wrong with it.</param>
public sealed record StrictReading<T>(T? Value, JsonElement? Root, IReadOnlyList<InputFault> Faults)
    where T : class
{
    /// <summary>A text of the whole's, where it is one and given once.</summary>
    public string? Text(string member)
    {
        if (Root is not { ValueKind: JsonValueKind.Object } root)
        {
            return null;
        }

        JsonElement[] given = [.. root.EnumerateObject().Where(property => ContractShape.NameOf(property) == member).Select(property => property.Value)];
        return given is [{ ValueKind: JsonValueKind.String } only] && ContractShape.IsText(only) ? only.GetString() : null;
    }

    /// <summary>Names what was read without its content.</summary>
    public override string ToString() => $"StrictReading {{ {typeof(T).Name}, {Faults.Count} faults }}";
}
