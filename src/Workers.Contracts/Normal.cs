using System.Buffers;
using System.Text.Json;

namespace Workers.Contracts;

/// <summary>
/// The form that inputs are kept in: what is null is left out, at every depth, since clients send null for whatever was not set; and whole numbers are written in digits, since
/// <c>5.0</c> is 5. It asks for the same as the form that it was sent in.
/// </summary>
public static class Normal
{
    /// <summary>An input in this form.</summary>
    public static JobInput Of(JobInput input) => input with
    {
        References = input.References is { } references ? [.. Set(references)] : null,
        Parameters = input.Parameters?.Where(parameter => parameter.Value.ValueKind != JsonValueKind.Null).ToDictionary(parameter => parameter.Key, parameter => Of(parameter.Value)),
    };

    /// <summary>An expectation in this form.</summary>
    public static ResultExpectation Of(ResultExpectation expect) => expect with { MediaTypes = expect.MediaTypes is { } types ? [.. Set(types)] : null };

    /// <summary>A submission in this form.</summary>
    public static SubmitJob Of(SubmitJob submission) => submission with
    {
        Input = submission.Input is { } input ? Of(input) : null,
        Expect = submission.Expect is { } expect ? Of(expect) : null,
        Tags = submission.Tags is { } tags ? [.. Set(tags)] : null,
    };

    /// <summary>A value of any shape in this form; the value itself where it has it.</summary>
    public static JsonElement Of(JsonElement value)
    {
        if (Is(value))
        {
            return value;
        }

        var text = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(text))
        {
            Write(writer, value);
        }

        return JsonElement.Parse(text.WrittenSpan);
    }

    /// <summary>Those of a list that say anything; JSON can put null where the type knows none.</summary>
    private static IEnumerable<T> Set<T>(IEnumerable<T> list)
        where T : class => list.Where(item => item is not null);

    private static bool Is(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => member.Value.ValueKind != JsonValueKind.Null && Is(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(item => item.ValueKind != JsonValueKind.Null && Is(item)),
        JsonValueKind.Number => !Numbers.IsPlain(value.GetRawText(), out var digits) || digits == value.GetRawText(),
        _ => true,
    };

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;

            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Null))
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;

            case JsonValueKind.Number when Numbers.IsPlain(value.GetRawText(), out var digits):
                writer.WriteRawValue(digits);
                break;

            default:
                value.WriteTo(writer);
                break;
        }
    }
}
