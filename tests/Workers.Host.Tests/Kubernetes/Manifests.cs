using System.Globalization;
using System.Text.Json.Nodes;
using Workers.Testing;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Workers.Host.Tests.Kubernetes;

/// <summary>What kustomize makes of <c>compose/kubernetes</c>, as far as that uses it: whatever else stands there is refused.</summary>
internal sealed class Manifests
{
    private static readonly string Root = Repository.PathOf("compose", "kubernetes");

    private Manifests(IReadOnlyList<JsonObject> resources, string readme) => (Resources, Readme) = (resources, readme);

    public static Manifests Current { get; } = new(Build(Root), File.ReadAllText(Repository.PathOf("compose", "README.md")));

    public IReadOnlyList<JsonObject> Resources { get; }

    /// <summary>What a person is told to do.</summary>
    public string Readme { get; }

    public IEnumerable<JsonObject> Of(string kind) => Resources.Where(resource => Text(resource["kind"]) == kind);

    /// <summary>The settings of the fleet, as files have them.</summary>
    public IReadOnlyDictionary<string, string> Settings =>
        Of("ConfigMap").Single()["data"]!.AsObject().ToDictionary(setting => setting.Key, setting => Text(setting.Value));

    public static string Name(JsonNode resource) => Text(resource["metadata"]!["name"]);

    public static string Text(JsonNode? node) => node!.ToString();

    /// <summary>The labels at a place, as <c>key=value</c>.</summary>
    public static HashSet<string> Labels(JsonNode? labels) => labels is null ? [] : [.. labels.AsObject().Select(label => $"{label.Key}={label.Value}")];

    private static List<JsonObject> Build(string folder)
    {
        var kustomization = Read(Path.Combine(folder, "kustomization.yaml")).Single();
        List<JsonObject> resources = [];
        foreach (var path in kustomization["resources"]!.AsArray().Select(resource => Path.Combine(folder, Text(resource))))
        {
            resources.AddRange(Directory.Exists(path) ? Build(path) : Read(path));
        }

        foreach (var (key, value) in kustomization)
        {
            switch (key)
            {
                case "apiVersion" or "kind" or "resources" or "images":
                    break;
                case "namespace":
                    resources.ForEach(resource => resource["metadata"]!["namespace"] = Text(value));
                    break;
                case "nameSuffix":
                    resources.ForEach(resource => resource["metadata"]!["name"] = Name(resource) + Text(value));
                    break;
                case "labels":
                    value!.AsArray().ToList().ForEach(labels => Label(resources, labels!.AsObject()));
                    break;
                case "patches":
                    value!.AsArray().ToList().ForEach(patch => Patch(resources, folder, patch!.AsObject()));
                    break;
                case "configMapGenerator":
                    resources.AddRange(value!.AsArray().Select(map => ConfigMap(map!.AsObject())));
                    break;
                default:
                    throw new NotSupportedException($"{folder}: {key} is more of kustomize than is understood here.");
            }
        }

        return resources;
    }

    private static void Label(List<JsonObject> resources, JsonObject labels)
    {
        Assert.That(string.Join(", ", labels.Select(member => member.Key)), Is.EqualTo("includeSelectors, pairs"));
        foreach (var resource in resources)
        {
            Set(resource["metadata"]!.AsObject(), "labels");
            if (resource["spec"]?["selector"] is JsonObject selector)
            {
                Set(selector, "matchLabels");
            }

            if (resource["spec"]?["template"]?["metadata"] is JsonObject pod)
            {
                Set(pod, "labels");
            }
        }

        void Set(JsonObject at, string member)
        {
            var own = at[member] as JsonObject ?? [];
            at[member] = own;
            foreach (var (key, value) in labels["pairs"]!.AsObject())
            {
                own[key] = Text(value);
            }
        }
    }

    /// <summary>Adds to the end of lists, in all resources of a kind.</summary>
    private static void Patch(List<JsonObject> resources, string folder, JsonObject patch)
    {
        Assert.That(string.Join(", ", patch.Select(member => member.Key)), Is.EqualTo("path, target"));
        Assert.That(string.Join(", ", patch["target"]!.AsObject().Select(member => member.Key)), Is.EqualTo("kind"));
        using var reader = new StreamReader(Path.Combine(folder, Text(patch["path"])));
        var stream = new YamlStream();
        stream.Load(reader);
        foreach (var resource in resources.Where(resource => Text(resource["kind"]) == Text(patch["target"]!["kind"])))
        {
            foreach (var operation in Convert(stream.Documents.Single().RootNode)!.AsArray())
            {
                var path = Text(operation!["path"]).Split('/', StringSplitOptions.RemoveEmptyEntries);
                Assert.That((Text(operation["op"]), path[^1]), Is.EqualTo(("add", "-")));
                var list = path[..^1].Aggregate((JsonNode)resource, (at, step) => at is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : at[step]!);
                list.AsArray().Add(operation["value"]!.DeepClone());
            }
        }
    }

    private static JsonObject ConfigMap(JsonObject generator)
    {
        Assert.That(string.Join(", ", generator.Select(member => member.Key)), Is.EqualTo("name, literals"));
        var literals = generator["literals"]!.AsArray().Select(literal => Text(literal).Split('=', 2));
        return new JsonObject
        {
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = Text(generator["name"]) },
            ["data"] = new JsonObject(literals.Select(literal => KeyValuePair.Create(literal[0], (JsonNode?)literal[1]))),
        };
    }

    private static List<JsonObject> Read(string file)
    {
        using var reader = new StreamReader(file);
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => Convert(document.RootNode)!.AsObject())];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } scalar => scalar.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } scalar when long.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        YamlScalarNode scalar => scalar.Value,
        _ => throw new NotSupportedException(node.ToString()),
    };
}
