using System.Text.Json.Serialization;

namespace Workers.Jobs.Lifecycle;

/// <summary>The job's document as JSON: camel case, enumerations as words, absent members left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Job))]
internal sealed partial class JobsJson : JsonSerializerContext;
