using System.Text.Json;

namespace Workers.Simulator.Requests;

/// <summary>Reads fields strictly and remembers the first mistake; after one, readings are the defaults.</summary>
internal sealed class Fields(JsonElement body)
{
    public ArkError? Mistake { get; private set; }

    public void Refuse(ArkError mistake) => Mistake ??= mistake;

    public void RefuseIf(bool wrong, ArkError mistake)
    {
        if (wrong)
        {
            Refuse(mistake);
        }
    }

    public bool Has(string name) => body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    public JsonElement? Find(string name) => Has(name) ? body.GetProperty(name) : null;

    public string? Text(string name, int maxLength = int.MaxValue)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.String && value.GetString() is { } text && text.Length <= maxLength)
        {
            return text;
        }

        Refuse(ArkError.Invalid(name, maxLength == int.MaxValue ? "it must be a string" : $"it must be a string of at most {maxLength} characters"));
        return null;
    }

    public string Word(string name, IReadOnlyList<string> allowed, string otherwise)
    {
        var word = Text(name);
        if (word is null || allowed.Contains(word))
        {
            return word ?? otherwise;
        }

        Refuse(ArkError.Invalid(name, $"it must be one of {string.Join(", ", allowed)}"));
        return otherwise;
    }

    public int Whole(string name, int least, int most, int otherwise) => Whole(name, number => number >= least && number <= most, $"between {least} and {most}") ?? otherwise;

    public int? Whole(string name, Func<int, bool> allowed, string rule)
    {
        if (Find(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.Number && value.TryGetInt32(out var number) && allowed(number))
        {
            return number;
        }

        Refuse(ArkError.Invalid(name, $"it must be a whole number {rule}"));
        return null;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Find(name) is not { } value)
        {
            return otherwise;
        }

        RefuseIf(value.ValueKind is not (JsonValueKind.True or JsonValueKind.False), ArkError.Invalid(name, "it must be a boolean"));
        return value.ValueKind is JsonValueKind.True;
    }
}
