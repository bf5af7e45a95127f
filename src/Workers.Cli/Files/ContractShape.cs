using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Workers.Contracts;

namespace Workers.Cli.Files;

/// <summary>
/// Compares JSON with the contract's types: members that nobody knows and values of the wrong type, all of them at once. The serialiser would pass over the former and stop at
/// the first of the latter.
/// </summary>
internal static class ContractShape
{
    private const int LongestName = 64;

    /// <param name="value">The JSON.</param>
    /// <param name="type">A type of the contract.</param>
    /// <param name="path">Where the value lies; empty: the whole line.</param>
    /// <param name="besides">Members of this object that are not the contract's.</param>
    public static IEnumerable<InputFault> Check(JsonElement value, Type type, string path = "", params string[] besides)
    {
        var contract = ContractsJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type)
            ?? throw new ArgumentException($"{type} is no type of the contract.", nameof(type));
        if (value.ValueKind == JsonValueKind.Null && path.Length > 0)
        {
            return []; // a member that is null is one that is left out
        }

        return contract.Kind switch
        {
            JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object => value.EnumerateObject().Where(member => !besides.Contains(member.Name)).SelectMany(member => Member(contract, member, path)),
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => value.ValueKind == JsonValueKind.Object ? [] : [Wrong(path, value, "an object")],
            JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, i) => Check(item, contract.ElementType!, string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")))
                : [Wrong(path, value, "a list")],
            _ => Reads(value, contract) ? [] : [Wrong(path, value, Word(contract.Type))],
        };
    }

    /// <summary>What a value looks like, never what it is.</summary>
    public static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"a list of {value.GetArrayLength()}"),
        JsonValueKind.String => string.Create(CultureInfo.InvariantCulture, $"a text of {value.GetString()!.Length} characters"),
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    private static IEnumerable<InputFault> Member(JsonTypeInfo contract, JsonProperty member, string path)
    {
        var known = contract.Properties.FirstOrDefault(property => string.Equals(property.Name, member.Name, StringComparison.OrdinalIgnoreCase));
        var name = member.Name.Length <= LongestName ? member.Name : member.Name[..LongestName] + "...";
        var memberPath = path.Length == 0 ? name : $"{path}.{name}";
        return known is not null
            ? Check(member.Value, known.PropertyType, memberPath)
            :
            [
                new InputFault
                {
                    Field = memberPath,
                    Found = "a member that nobody knows",
                    Rule = $"the members here are {string.Join(", ", contract.Properties.Select(property => property.Name))}",
                    Fix = path == "input" ? "Correct the name, move it into parameters if it is the provider's, or leave it out." : "Correct the name, or leave it out.",
                },
            ];
    }

    private static bool Reads(JsonElement value, JsonTypeInfo contract)
    {
        try
        {
            _ = value.Deserialize(contract);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static InputFault Wrong(string path, JsonElement value, string wanted) => new()
    {
        Field = path.Length == 0 ? "the line" : path,
        Found = Shape(value),
        Rule = $"must be {wanted}",
        Fix = $"Give {wanted}{(path.Length == 0 ? "" : ", or leave it out")}.",
    };

    private static string Word(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(Guid) ? "a UUID"
        : type == typeof(DateTimeOffset) ? "a time like 2026-05-01T12:00:00Z"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : "a whole number";
}
