using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Workers.Contracts;

namespace Workers.Cli.Schemas;

/// <summary>The contract as JSON Schemas (https://json-schema.org/draft/2020-12), for producers and subscribers in any language.</summary>
internal static class ContractSchemas
{
    private static readonly Type[] Commands = [typeof(SubmitJob), typeof(CancelJob), typeof(ResumeJob)];

    private static readonly Type[] Events =
    [
        typeof(JobAccepted), typeof(SubmissionRejected), typeof(CommandRejected), typeof(JobStarted), typeof(JobBlocked), typeof(JobSucceeded), typeof(JobFailed), typeof(JobCancelled),
        typeof(AlertFiring), typeof(AlertResolved),
    ];

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Each schema by the name of its file. Commands know all of their members; events may have further ones in time.</summary>
    public static IReadOnlyDictionary<string, string> All() =>
        Commands.Select(type => (Type: type, IsClosed: true)).Concat(Events.Select(type => (Type: type, IsClosed: false)))
            .ToDictionary(schema => $"{JsonNamingPolicy.KebabCaseLower.ConvertName(schema.Type.Name)}.schema.json", schema => Of(schema.Type, schema.IsClosed));

    private static string Of(Type type, bool isClosed)
    {
        var documentation = Documentation.Of(type.Assembly);
        var exporter = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = (context, schema) => Explain(context, schema, documentation, isClosed) };
        var contract = ContractsJson.Default.GetTypeInfo(type) ?? throw new ArgumentException($"{type} is no type of the contract.", nameof(type));
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = type.Name };
        Move(contract.GetJsonSchemaAsNode(exporter).AsObject(), schema);
        return schema.ToJsonString(Format) + "\n";
    }

    private static JsonNode Explain(JsonSchemaExporterContext context, JsonNode schema, Documentation documentation, bool isClosed)
    {
        var explained = new JsonObject();
        var property = context.PropertyInfo;
        if ((property is null ? documentation.Of(context.TypeInfo.Type) : documentation.Of(property)) is { } text)
        {
            explained["description"] = text;
        }

        if (schema is JsonObject members)
        {
            Move(members, explained);
        }

        if (isClosed && explained["properties"] is not null)
        {
            explained["additionalProperties"] = false;
        }

        if (isClosed)
        {
            ContractLimits.Add(explained, context);
        }

        return explained.Count == 0 ? schema : explained;
    }

    private static void Move(JsonObject from, JsonObject to)
    {
        foreach (var (name, value) in from.ToArray())
        {
            from.Remove(name);
            to[name] = value;
        }
    }
}
