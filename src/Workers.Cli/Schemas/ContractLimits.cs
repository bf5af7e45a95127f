using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Schemas;

/// <summary>What the fleet's rules ask for beyond the types, as far as a schema can say it. The rules themselves stay where they are applied.</summary>
internal static class ContractLimits
{
    private const string Name = $"^{SubmissionRules.NamePattern}$";
    private const string Sha256 = "^[0-9a-fA-F]{64}$";

    private static readonly Dictionary<(Type, string), JsonObject> Limits = new()
    {
        [(typeof(SubmitJob), "tenantId")] = new() { ["pattern"] = Name },
        [(typeof(SubmitJob), "idempotencyKey")] = new() { ["pattern"] = Name },
        [(typeof(SubmitJob), "userId")] = new() { ["minLength"] = 1, ["maxLength"] = SubmissionRules.LongestUser },
        [(typeof(SubmitJob), "tags")] = new() { ["maxItems"] = SubmissionRules.MostTags, ["items"] = new JsonObject { ["type"] = Optional("string"), ["pattern"] = Name } },
        [(typeof(CancelJob), "tenantId")] = new() { ["pattern"] = Name },
        [(typeof(CancelJob), "requestedBy")] = new() { ["minLength"] = 1, ["maxLength"] = SubmissionRules.LongestUser },
        [(typeof(ResumeJob), "tenantId")] = new() { ["pattern"] = Name },
        [(typeof(ResumeJob), "requestedBy")] = new() { ["minLength"] = 1, ["maxLength"] = SubmissionRules.LongestUser },
        [(typeof(JobInput), "model")] = new() { ["minLength"] = 1, ["maxLength"] = InputRules.LongestModel },
        [(typeof(JobInput), "prompt")] = new() { ["maxLength"] = InputRules.LongestPrompt },
        [(typeof(JobInput), "references")] = new() { ["maxItems"] = InputRules.MostReferences },
        [(typeof(JobInput), "parameters")] = new() { ["maxProperties"] = InputRules.MostParameters },
        [(typeof(Reference), "kind")] = new() { ["enum"] = new JsonArray([.. InputRules.Kinds.Select(kind => JsonValue.Create(kind))]) },
        [(typeof(SubmitJob), "deadline")] = new() { ["type"] = Optional("string"), ["format"] = "date-time", ["pattern"] = "T.*(Z|[+-][0-9]{2}(:[0-9]{2})?)$" },
        [(typeof(ResumeJob), "payAgain")] = new() { ["type"] = Optional("boolean") },
        [(typeof(Settlement), "notCreated")] = new() { ["type"] = Optional("boolean") },
        [(typeof(Reference), "length")] = new() { ["type"] = Optional("integer"), ["minimum"] = 0 },
        [(typeof(Reference), "durationSeconds")] = new() { ["type"] = Optional("number"), ["minimum"] = 0 },
        [(typeof(Reference), "checksum")] = new() { ["pattern"] = Sha256 },
        [(typeof(ResultExpectation), "mediaTypes")] = new() { ["items"] = new JsonObject { ["type"] = Optional("string") } },
        [(typeof(ResultExpectation), "minBytes")] = new() { ["type"] = Optional("integer"), ["minimum"] = 0 },
        [(typeof(ResultExpectation), "maxBytes")] = new() { ["type"] = Optional("integer"), ["minimum"] = 0 },
        [(typeof(ResultExpectation), "durationSeconds")] = new() { ["type"] = Optional("integer") },
        [(typeof(ResultExpectation), "sha256")] = new() { ["pattern"] = Sha256 },
    };

    /// <summary>Members that the types leave optional, because it is the rules that miss them.</summary>
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(SubmitJob)] = ["tenantId", "provider", "input"],
        [typeof(JobInput)] = ["model"],
        [typeof(Reference)] = ["kind"],
    };

    /// <summary>The type of a member that reads its JSON itself: the exporter can't tell it.</summary>
    private static JsonArray Optional(string type) => new(type, "null");

    public static void Add(JsonObject schema, JsonSchemaExporterContext context)
    {
        if (context.PropertyInfo is { } property)
        {
            if (Required.TryGetValue(property.DeclaringType, out var members) && members.Contains(property.Name) && schema["type"] is JsonArray types)
            {
                schema["type"] = types.First(type => type!.GetValue<string>() != "null")!.DeepClone();
            }

            foreach (var (name, limit) in Limits.TryGetValue((property.DeclaringType, property.Name), out var limits) ? limits : [])
            {
                schema[name] = limit!.DeepClone();
            }
        }

        if (context.PropertyInfo is { Name: "references" } && schema["items"] is JsonObject reference)
        {
            reference["type"] = Optional("object"); // one that is null is left out
        }

        if (schema["properties"] is not null && Required.TryGetValue(context.TypeInfo.Type, out var required))
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }
    }
}
