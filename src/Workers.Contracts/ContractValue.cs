using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>How a member of the contract is read, by whichever serialiser: as it was meant where that is plain, else refused in words.</summary>
public interface IContractValue
{
    /// <summary>What is wrong with a value, or null. Null itself is a member that is left out.</summary>
    InputFault? Judge(JsonElement value, string field);
}

/// <summary>A value that JSON can write in more than one way, or in ways that can't be kept.</summary>
/// <typeparam name="T">The member's type.</typeparam>
public abstract class ContractValue<T> : JsonConverter<T>, IContractValue
{
    /// <summary>What it must be, as in <c>must be a number</c>.</summary>
    protected abstract string Wanted { get; }

    public InputFault? Judge(JsonElement value, string field)
    {
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(value));
        reader.Read();
        return TryRead(ref reader, out _) ? null : Fault(value, field);
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        TryRead(ref reader, out var value) ? value! : throw new JsonException($"This must be {Wanted}.");

    /// <summary>Whether the token in hand is such a value.</summary>
    protected abstract bool TryRead(ref Utf8JsonReader reader, out T value);

    protected virtual InputFault Fault(JsonElement value, string field) => new()
    {
        Field = field,
        Found = ContractShape.Shape(value),
        Rule = $"must be {Wanted}",
        Fix = $"Give {Wanted}, or leave it out.",
    };

    /// <summary>The number in hand as it is written.</summary>
    protected static bool TryReadNumber(ref Utf8JsonReader reader, [NotNullWhen(true)] out string? text)
    {
        text = reader.TokenType != JsonTokenType.Number ? null
            : reader.HasValueSequence ? Encoding.UTF8.GetString(reader.ValueSequence)
            : Encoding.UTF8.GetString(reader.ValueSpan);
        return text is not null;
    }
}

/// <summary>A whole number of 64 bits: <c>5.0</c> is 5.</summary>
public sealed class WholeNumber : ContractValue<long?>
{
    protected override string Wanted => "a whole number";

    public override void Write(Utf8JsonWriter writer, long? value, JsonSerializerOptions options) => writer.WriteNumberValue(value!.Value);

    protected override bool TryRead(ref Utf8JsonReader reader, out long? value)
    {
        value = TryReadNumber(ref reader, out var text) && Numbers.IsWhole(text, out var number) ? number : null;
        return value is not null;
    }

    protected override InputFault Fault(JsonElement value, string field) => Of(base.Fault(value, field), value, "64 bits");

    /// <summary>Tells a number that is none of these from what is no number.</summary>
    internal static InputFault Of(InputFault fault, JsonElement value, string room) =>
        value.ValueKind == JsonValueKind.Number ? fault with { Found = $"a number with a fraction, or of more than {room}" } : fault;
}

/// <summary>A whole number of 32 bits, likewise.</summary>
public sealed class SmallWholeNumber : ContractValue<int?>
{
    protected override string Wanted => "a whole number";

    public override void Write(Utf8JsonWriter writer, int? value, JsonSerializerOptions options) => writer.WriteNumberValue(value!.Value);

    protected override bool TryRead(ref Utf8JsonReader reader, out int? value)
    {
        value = TryReadNumber(ref reader, out var text) && Numbers.IsWhole(text, out var number) && number is >= int.MinValue and <= int.MaxValue ? (int)number : null;
        return value is not null;
    }

    protected override InputFault Fault(JsonElement value, string field) => WholeNumber.Of(base.Fault(value, field), value, "32 bits");
}

/// <summary>A number that can be kept: <c>1e999</c> would be read as infinite, which JSON can't say.</summary>
public sealed class FiniteNumber : ContractValue<double?>
{
    protected override string Wanted => "a number";

    public override void Write(Utf8JsonWriter writer, double? value, JsonSerializerOptions options) => writer.WriteNumberValue(value!.Value);

    protected override bool TryRead(ref Utf8JsonReader reader, out double? value)
    {
        value = reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number + 0.0 : null; // -0 is 0
        return value is not null;
    }

    protected override InputFault Fault(JsonElement value, string field) => value.ValueKind == JsonValueKind.Number
        ? base.Fault(value, field) with { Found = "a number beyond all measure", Rule = "must be a number of at most 1.7e308" }
        : base.Fault(value, field);
}

/// <summary>A moment with its offset from UTC: without one it would be another hour wherever it is read.</summary>
public sealed class Moment : ContractValue<DateTimeOffset?>
{
    protected override string Wanted => "a time like 2026-05-01T12:00:00Z";

    /// <summary>Whether a text ends in <c>Z</c> or an offset, behind a time of day.</summary>
    public static bool HasOffset(ReadOnlySpan<char> text)
    {
        var time = text.IndexOf('T') is var at and >= 0 ? text[at..] : [];
        return time.EndsWith("Z", StringComparison.Ordinal) || time.LastIndexOfAny('+', '-') > 0;
    }

    public override void Write(Utf8JsonWriter writer, DateTimeOffset? value, JsonSerializerOptions options) => writer.WriteStringValue(value!.Value);

    protected override bool TryRead(ref Utf8JsonReader reader, out DateTimeOffset? value)
    {
        value = IsTime(ref reader, out var moment) && HasOffset(reader.GetString()) ? moment : null;
        return value is not null;
    }

    protected override InputFault Fault(JsonElement value, string field) =>
        value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _)
            ? base.Fault(value, field) with
            {
                Found = "a time without its offset from UTC",
                Rule = "must be a time like 2026-05-01T12:00:00Z: without an offset it means another hour wherever it is read",
                Fix = "Add Z where it is in UTC, else its offset, as in 2026-05-01T08:00:00-04:00.",
            }
            : base.Fault(value, field);

    private static bool IsTime(ref Utf8JsonReader reader, out DateTimeOffset moment)
    {
        moment = default;
        return reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out moment);
    }
}

/// <summary>True or false; null is false, as if it were left out.</summary>
public sealed class Flag : ContractValue<bool>
{
    public override bool HandleNull => true;

    protected override string Wanted => "true or false";

    public override void Write(Utf8JsonWriter writer, bool value, JsonSerializerOptions options) => writer.WriteBooleanValue(value);

    protected override bool TryRead(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null;
    }
}
