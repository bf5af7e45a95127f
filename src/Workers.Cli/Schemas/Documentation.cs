using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Workers.Cli.Schemas;

/// <summary>What the contract's own documentation comments say, as plain text.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, XElement> _members;

    private Documentation(XDocument file) => _members = file.Descendants("member").ToDictionary(member => member.Attribute("name")!.Value);

    /// <summary>The documentation that the compiler puts beside an assembly.</summary>
    /// <exception cref="CannotStartException">It is not there.</exception>
    public static Documentation Of(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path) ? new Documentation(XDocument.Load(path)) : throw new CannotStartException($"There is no {path}, which the descriptions are taken from: build the solution first.");
    }

    public string? Of(Type type) => Text($"T:{type.FullName}", "summary", "remarks");

    public string? Of(JsonPropertyInfo property) =>
        Text($"P:{property.DeclaringType.FullName}.{(property.AttributeProvider as MemberInfo)?.Name}", "summary");

    private string? Text(string member, params string[] parts)
    {
        if (!_members.TryGetValue(member, out var documentation))
        {
            return null;
        }

        var text = string.Join(' ', parts.SelectMany(part => documentation.Elements(part)).Select(Flat));
        return text.Length == 0 ? null : text;
    }

    private static string Flat(XElement element) => Spaces().Replace(string.Concat(element.Nodes().Select(Word)), " ").Trim();

    private static string Word(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => Name(see.Attribute("cref")?.Value ?? ""),
        XElement element => Flat(element),
        _ => "",
    };

    /// <summary>A member as JSON has it, a type as the contract has it.</summary>
    private static string Name(string cref)
    {
        var name = cref[(cref.LastIndexOf('.') + 1)..];
        return cref.StartsWith("P:", StringComparison.Ordinal) ? JsonNamingPolicy.CamelCase.ConvertName(name) : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
