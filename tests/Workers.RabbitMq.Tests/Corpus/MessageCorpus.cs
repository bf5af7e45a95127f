using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workers.Jobs;
using Workers.RabbitMq.Topology;
using Workers.Testing;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>
/// Messages of each version of the fleet as they are on the wire: a folder per version, a file per message, named by its type; those that begin with <c>raw.</c> are bodies of the
/// intake. A version has those alone that it sends otherwise than the one before.
/// </summary>
internal static partial class MessageCorpus
{
    /// <summary>Begins the names of raw bodies.</summary>
    public const string Raw = "raw.";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What differs from one process, broker or moment to the next.</summary>
    private static readonly Dictionary<string, JsonNode> Fixed = new()
    {
        ["sourceAddress"] = "rabbitmq://broker/fleet/sender?temporary=true",
        ["sentTime"] = "2026-01-01T12:00:00Z",
        ["machineName"] = "machine",
        ["processName"] = "workers",
        ["processId"] = 1,
        ["assembly"] = "Workers.Host",
        ["assemblyVersion"] = "1.0.0.0",
        ["frameworkVersion"] = "10.0.0",
        ["massTransitVersion"] = "8.5.12.0",
        ["operatingSystemVersion"] = "Unix",
    };

    /// <summary>All types that are sent in envelopes: what the fleet's queues take, and what upstream hears.</summary>
    public static IReadOnlyList<Type> Types { get; } = [.. FleetEndpoints.All.SelectMany(endpoint => endpoint.Messages).Concat(FleetTopology.EventTypes).Distinct().OrderBy(NameOf, StringComparer.Ordinal)];

    public static string NameOf(Type message) => FleetTopology.EventWord(message);

    /// <summary>Version and name of every file.</summary>
    public static IEnumerable<(string Version, string Name)> All() =>
        Directory.GetFiles(Folder(), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetFileName(Path.GetDirectoryName(file)!), Path.GetFileNameWithoutExtension(file)));

    public static string Read(string version, string name) => File.ReadAllText(PathOf(version, name));

    /// <summary>As it is sent now.</summary>
    public static string Newest(string name) =>
        Read(All().Where(one => one.Name == name).MaxBy(one => int.Parse(one.Version.AsSpan(1), CultureInfo.InvariantCulture)).Version, name);

    /// <summary>Adds a file to a version.</summary>
    public static void Add(string version, string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(Folder(), version));
        using var file = new StreamWriter(new FileStream(PathOf(version, name), FileMode.CreateNew));
        file.Write(text);
    }

    /// <summary>The body as the corpus has it: in lines, and with fixed words for what differs from one sender to the next.</summary>
    public static string Normalize(ReadOnlySpan<byte> body)
    {
        var root = JsonNode.Parse(body)!.AsObject();
        foreach (var whole in new[] { root, root["host"] as JsonObject }.OfType<JsonObject>())
        {
            foreach (var member in whole.Select(member => member.Key).Where(Fixed.ContainsKey).ToList())
            {
                whole[member] = Fixed[member].DeepClone();
            }
        }

        return VirtualHost().Replace(root.ToJsonString(Indented), "rabbitmq://broker/fleet/") + "\n";
    }

    private static string PathOf(string version, string name) => Path.Combine(Folder(), version, $"{name}.json");

    private static string Folder() => Repository.PathOf("tests", "Workers.RabbitMq.Tests", "Corpus");

    [GeneratedRegex("rabbitmq://[^/]+/test-[0-9a-f]+/")]
    private static partial Regex VirtualHost();
}
