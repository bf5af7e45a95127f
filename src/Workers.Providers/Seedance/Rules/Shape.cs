using System.Globalization;
using System.Text.Json;

namespace Workers.Providers.Seedance.Rules;

/// <summary>Says what was found without repeating it.</summary>
internal static class Shape
{
    public const string Missing = "missing";

    public static string Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Of(value.GetString()),
        JsonValueKind.Number => value.TryGetInt64(out _) ? "a whole number" : "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"a list of {value.GetArrayLength()}"),
        JsonValueKind.Object => "an object",
        _ => "null",
    };

    public static string Of(string? text) => text switch
    {
        null => Missing,
        "" => "an empty text",
        _ => string.Create(CultureInfo.InvariantCulture, $"text of {text.Length} characters"),
    };

    public static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    public static string List(IEnumerable<string> words) => string.Join(", ", words);
}
