using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Workers.Contracts;

/// <summary>Reads JSON from outside as one type of the contract, and as nothing else: an idempotency key that is misspelled, and passed over, would be paid for.</summary>
public static class StrictJson
{
    /// <summary>Longer bodies are not read: whatever is large goes by reference.</summary>
    public const int MostBytes = 1024 * 1024;

    /// <summary>Objects and lists inside each other.</summary>
    public const int MostDepth = 32;

    private const string Whole = "the body";

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MostDepth };

    /// <summary>All that is wrong with a body, or what it says.</summary>
    public static StrictReading<T> Read<T>(ReadOnlySpan<byte> body)
        where T : class
    {
        if (body.Length is 0 or > MostBytes)
        {
            var found = string.Create(CultureInfo.InvariantCulture, $"{body.Length} bytes");
            return Unread<T>(found, string.Create(CultureInfo.InvariantCulture, $"a body has 1 to {MostBytes} bytes"), body.IsEmpty ? "Send the command as JSON." : "Pass large things by reference.");
        }

        if (!Utf8.IsValid(body))
        {
            return Unread<T>("bytes that are no UTF-8", "a body is JSON in UTF-8", "Encode it so.");
        }

        try
        {
            var root = JsonElement.Parse(body, Options);
            InputFault[] faults = [.. ContractShape.Check(root, typeof(T), Whole)];
            return new StrictReading<T>(faults.Length == 0 ? root.Deserialize((JsonTypeInfo<T>)ContractsJson.Default.GetTypeInfo(typeof(T))!) : null, root, faults);
        }
        catch (JsonException fault)
        {
            return Unread<T>(
                string.Create(CultureInfo.InvariantCulture, $"{body.Length} bytes that can't be read from line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1} on"),
                string.Create(CultureInfo.InvariantCulture, $"a body is one JSON object, nested at most {MostDepth} deep"),
                "Correct it there.");
        }
        catch (InvalidOperationException)
        {
            // Escapes can say what UTF-8 can't: one half of a pair of surrogates.
            return Unread<T>("an escape that stands for half a character", "texts are Unicode", "Leave it out.");
        }
    }

    private static StrictReading<T> Unread<T>(string found, string rule, string fix)
        where T : class =>
        new(null, null, [new InputFault { Field = Whole, Found = found, Rule = rule, Fix = fix }]);
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

        JsonProperty[] given = [.. root.EnumerateObject().Where(property => string.Equals(property.Name, member, StringComparison.OrdinalIgnoreCase))];
        return given is [{ Value.ValueKind: JsonValueKind.String } only] ? only.Value.GetString() : null;
    }

    /// <summary>Names what was read without its content.</summary>
    public override string ToString() => $"StrictReading {{ {typeof(T).Name}, {Faults.Count} faults }}";
}
