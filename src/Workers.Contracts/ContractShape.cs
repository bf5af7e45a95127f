using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace Workers.Contracts;

/// <summary>
/// Compares JSON with the contract's types: members that nobody knows, that are missing or that are given twice, values of the wrong type, and what could not be kept or sent on, all of them at
/// once. The serialiser would pass over the first and stop at the first of the others.
/// </summary>
public static partial class ContractShape
{
    /// <summary>A member's name in escapes that stand for no text.</summary>
    private const string NoText = "\ud800";

    /// <param name="value">The JSON.</param>
    /// <param name="type">A type of the contract.</param>
    /// <param name="whole">What the whole value is called, for example <c>the line</c>.</param>
    /// <param name="besides">Members of the whole that are not the contract's.</param>
    public static IEnumerable<InputFault> Check(JsonElement value, Type type, string whole, params string[] besides) => Check(value, type, new Place("", whole), besides);

    /// <summary>
    /// Compares a message of an envelope with its type. An envelope comes from a program that has the contract, perhaps of a newer version, and whose serialiser minds no letter case: members that
    /// nobody knows, and names in another case, are passed over.
    /// </summary>
    public static IEnumerable<InputFault> CheckEnveloped(JsonElement message, Type type) => Check(message, type, new Place("", "the message", IsLenient: true), []);

    /// <summary>What a value looks like, never what it is.</summary>
    public static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => string.Create(CultureInfo.InvariantCulture, $"a list of {value.GetArrayLength()}"),
        JsonValueKind.String when !IsText(value) => "half a character",
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
            return []; // what is null is left out
        }

        if (!IsText(value))
        {
            return [HalfCharacter(place)];
        }

        return contract.Kind switch
        {
            JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object => Members(contract, value, place, besides),
            JsonTypeInfoKind.Dictionary when value.ValueKind == JsonValueKind.Object => OwnNames(value, place).Concat(Content(value, place)),
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
        foreach (var member in value.EnumerateObject())
        {
            var name = NameOf(member);
            var known = contract.Properties.FirstOrDefault(property => string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));
            InputFault[] faults = known switch
            {
                _ when name == NoText => [HalfCharacter(place.Unnamed(name))],
                _ when besides.Contains(name) => given.Add(name) ? [] : [Twice(place.Member(name))],
                null => place.IsLenient ? [] : [Unknown(contract, name, place)],
                _ when !given.Add(known.Name) => [Twice(place.Member(known.Name))],
                _ when known.Name != name && !place.IsLenient => [Cased(known.Name, place.Member(name))],
                _ when known.IsRequired && member.Value.ValueKind == JsonValueKind.Null => [Missing(known, place)],
                { CustomConverter: IContractValue own } => Own(own, member.Value, place.Member(name)),
                _ => [.. Check(member.Value, known.PropertyType, place.Member(name))],
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

    private static InputFault[] Own(IContractValue reader, JsonElement value, Place place) =>
        value.ValueKind == JsonValueKind.Null ? []
        : !IsText(value) ? [HalfCharacter(place)]
        : reader.Judge(value, place.ToString()) is { } fault ? [fault] : [];

    /// <summary>The names of an object whose members are the provider's: whoever reads them on may not tell upper from lower case, and looks none up by an empty name.</summary>
    private static IEnumerable<InputFault> OwnNames(JsonElement value, Place place)
    {
        Dictionary<string, string> given = new(StringComparer.OrdinalIgnoreCase);
        foreach (var name in value.EnumerateObject().Select(NameOf))
        {
            if (name.Length == 0)
            {
                yield return new() { Field = place.Unnamed(name).ToString(), Found = "a member without a name", Rule = "each member has a name", Fix = "Name it, or leave it out." };
            }
            else if (!given.TryAdd(name, name) && given[name] != name)
            {
                yield return new()
                {
                    Field = place.Unnamed(name).ToString(),
                    Found = "a name that another member has in other letter case",
                    Rule = "names differ in more than upper and lower case",
                    Fix = "Leave out the one that is not meant.",
                };
            }
        }
    }

    /// <summary>
    /// What can't be kept or sent on as it is, at any depth of a value that the contract says nothing of: members given twice, of which one would be lost; texts that are none; numbers beyond all
    /// measure, which others read as infinite or not at all.
    /// </summary>
    private static IEnumerable<InputFault> Content(JsonElement value, Place place) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().CountBy(NameOf).Where(name => name.Value > 1).Select(name => Twice(place.Unnamed(name.Key)))
            .Concat(value.EnumerateObject().SelectMany(member =>
                NameOf(member) is var name && name == NoText ? [HalfCharacter(place.Unnamed(name))] : Content(member.Value, place.Unnamed(name)))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, i) => Content(item, place.Item(i))),
        JsonValueKind.String when !IsText(value) => [HalfCharacter(place)],
        JsonValueKind.Number when !(value.TryGetDouble(out var number) && double.IsFinite(number)) =>
            [new() { Field = place.ToString(), Found = "a number beyond all measure", Rule = "must be a number of at most 1.7e308", Fix = "Give a smaller number, or leave it out." }],
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

    /// <summary>Escapes can say what is no text: one half of a pair of surrogates.</summary>
    internal static bool IsText(JsonElement value)
    {
        try
        {
            return value.ValueKind != JsonValueKind.String || value.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A member's name; one in escapes that stand for no text is told apart from all others.</summary>
    internal static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return NoText;
        }
    }

    private static InputFault Unknown(JsonTypeInfo contract, string name, Place place) => new()
    {
        Field = place.Member(name).ToString(),
        Found = "a member that nobody knows",
        Rule = $"the members here are {string.Join(", ", contract.Properties.Select(property => property.Name))}",
        Fix = contract.Type == typeof(JobInput) ? "Correct the name, move it into parameters if it is the provider's, or leave it out." : "Correct the name, or leave it out.",
    };

    private static InputFault Cased(string name, Place place) => new()
    {
        Field = place.ToString(),
        Found = "a name in other letter case",
        Rule = $"names are written as in the schema, and this one is {name}",
        Fix = $"Write it {name}.",
    };

    private static InputFault Twice(Place place) => new() { Field = place.ToString(), Found = "a member given twice", Rule = "each member is given once", Fix = "Leave one of the two out." };

    private static InputFault HalfCharacter(Place place) => new()
    {
        Field = place.ToString(),
        Found = "an escape that stands for half a character",
        Rule = "texts are Unicode",
        Fix = "Leave it out, or write both halves.",
    };

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

    /// <summary>Of members that are read as their type alone says.</summary>
    private static string Word(Type type) => (Nullable.GetUnderlyingType(type) ?? type) == typeof(Guid) ? "a UUID" : "a text";

    /// <summary>Where a value lies. A member whose name has not the form of one may be called anything: its name is not repeated.</summary>
    private readonly record struct Place(string Path, string Whole, bool IsLenient = false)
    {
        public bool IsWhole => Path.Length == 0;

        public Place Member(string name) => Name().IsMatch(name) ? this with { Path = IsWhole ? name : $"{Path}.{name}" } : Unnamed(name);

        /// <summary>A member that the contract leaves to its user: its name is content.</summary>
        public Place Unnamed(string name)
        {
            var outline = name == NoText ? "(a name that is no text)" : string.Create(CultureInfo.InvariantCulture, $"(a name of {name.Length} characters)");
            return this with { Path = IsWhole ? outline : $"{Path}.{outline}" };
        }

        public Place Item(int number) => this with { Path = string.Create(CultureInfo.InvariantCulture, $"{Path}[{number}]") };

        public override string ToString() => IsWhole ? Whole : Path;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,64}\z")]
    private static partial Regex Name();
}
