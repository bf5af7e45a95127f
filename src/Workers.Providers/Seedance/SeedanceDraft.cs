using System.Text.Json;
using System.Text.RegularExpressions;

namespace Workers.Providers.Seedance;

/// <summary>ModelArk, create task: <c>draft_task</c>, which names the draft that a film is made from.</summary>
internal static partial class SeedanceDraft
{
    /// <summary>The id in <c>{"id":"cgt-..."}</c>, or null for anything else.</summary>
    public static string? IdIn(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object
        && value.EnumerateObject().ToArray() is [{ Name: "id", Value: { ValueKind: JsonValueKind.String } id }]
        && id.GetString() is { } text && Form().IsMatch(text)
            ? text
            : null;

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
