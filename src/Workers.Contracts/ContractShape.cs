using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Workers.Contracts;

/// <summary>
/// Compares JSON with the contract's types: members that nobody knows, that are missing or that are given twice, and values of the wrong type, all of them at once. The serialiser would
/// pass over the first and stop at the first of the others.
/// </summary>
public static partial class ContractShape
{
    /// <param name="value">The JSON.</param>
    /// <param name="type">A type of the contract.</param>
    /// <param name="whole">What the whole value is called, for example <c>the line</c>.</param>
    /// <param name="besides">Members of the whole that are not the contract's.</param>
    public static IEnumerable<InputFault> Check(JsonElement value, Type type, string whole, params string[] besides) => Check(value, type, new Place("", whole), besides);

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

    private static IEnumerable<InputFault> Check(JsonElement value, Type type, Place place, params string[] besides)
    {
        var contract = ContractsJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type)
            ?? throw new ArgumentException($"{type} is no type of the contract.", nameof(type));
        if (value.ValueKind == JsonValueKind.Null && !place.IsWhole)
        {
            return []; // a member that is null is one that is left out
        }

        return contract.Kind switch
        {
            JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object => Members(contract, value, place, besides),
            JsonTypeInfoKind.Dictionary when value.ValueKind == JsonValueKind.Object => Repeats(value, place),
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => [Wrong(place, value, "an object")],
            JsonTypeInfoKind.Enumerable => value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().SelectMany((item, i) => Check(item, contract.ElementType!, place.Item(i)))
                : [Wrong(place, value, "a list")],
            _ => Reads(value, contract) ? [] : [Wrong(place, value, Word(contract.Type))],
        };
    }

    private static IEnumerable<InputFault> Members(JsonTypeInfo contract, JsonElement value, Place place, string[] besides)
    {
        HashSet<string> given = new(StringComparer.OrdinalIgnoreCase);
        foreach (var member in value.EnumerateObject().Where(member => !besides.Contains(member.Name)))
        {
            var known = contract.Properties.FirstOrDefault(property => string.Equals(property.Name, member.Name, StringComparison.OrdinalIgnoreCase));
            InputFault[] faults = known switch
            {
                null => [Unknown(contract, member.Name, place)],
                _ when !given.Add(known.Name) => [Twice(place.Member(known.Name))],
                _ when known.IsRequired && member.Value.ValueKind == JsonValueKind.Null => [Missing(known, place)],
                _ => [.. Check(member.Value, known.PropertyType, place.Member(known.Name))],
            };
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }

        foreach (var missing in contract.Properties.Where(property => property.IsRequired && !given.Contains(property.Name)))
        {
            yield return Missing(missing, place);
        }
    }

    /// <summary>Members given twice, at any depth of a value that the contract says nothing of: one of the two would be lost.</summary>
    private static IEnumerable<InputFault> Repeats(JsonElement value, Place place) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().CountBy(member => member.Name).Where(name => name.Value > 1).Select(name => Twice(place.Unnamed(name.Key)))
            .Concat(value.EnumerateObject().SelectMany(member => Repeats(member.Value, place.Unnamed(member.Name)))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Repeats(item, place.Item(i))),
        JsonValueKind.String when value.GetString() is null => [], // read, because escapes can say what is no text
        _ => [],
    };

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

    private static InputFault Unknown(JsonTypeInfo contract, string name, Place place) => new()
    {
        Field = place.Member(name).ToString(),
        Found = "a member that nobody knows",
        Rule = $"the members here are {string.Join(", ", contract.Properties.Select(property => property.Name))}",
        Fix = contract.Type == typeof(JobInput) ? "Correct the name, move it into parameters if it is the provider's, or leave it out." : "Correct the name, or leave it out.",
    };

    private static InputFault Twice(Place place) => new() { Field = place.ToString(), Found = "a member given twice", Rule = "each member is given once", Fix = "Leave one of the two out." };

    private static InputFault Missing(JsonPropertyInfo member, Place place) => new()
    {
        Field = place.Member(member.Name).ToString(),
        Found = "missing",
        Rule = $"must be {Word(member.PropertyType)}",
        Fix = $"Give {Word(member.PropertyType)}.",
    };

    private static InputFault Wrong(Place place, JsonElement value, string wanted) => new()
    {
        Field = place.ToString(),
        Found = Shape(value),
        Rule = $"must be {wanted}",
        Fix = $"Give {wanted}{(place.IsWhole ? "" : ", or leave it out")}.",
    };

    private static string Word(Type type) =>
        type == typeof(string) ? "a text"
        : type == typeof(Guid) ? "a UUID"
        : type == typeof(DateTimeOffset) ? "a time like 2026-05-01T12:00:00Z"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : "a whole number";

    /// <summary>Where a value lies. A member whose name has not the form of one may be called anything: its name is not repeated.</summary>
    private readonly record struct Place(string Path, string Whole)
    {
        public bool IsWhole => Path.Length == 0;

        public Place Member(string name) => Name().IsMatch(name) ? this with { Path = IsWhole ? name : $"{Path}.{name}" } : Unnamed(name);

        /// <summary>A member that the contract leaves to its user: its name is content.</summary>
        public Place Unnamed(string name)
        {
            var outline = string.Create(CultureInfo.InvariantCulture, $"(a name of {name.Length} characters)");
            return this with { Path = IsWhole ? outline : $"{Path}.{outline}" };
        }

        public Place Item(int number) => this with { Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{number}]") };

        public override string ToString() => IsWhole ? Whole : Path;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Name();
}
