using System.Text.Json.Serialization;

namespace Workers.Providers.Seedance.Wire;

/// <summary>The body of a create as JSON. What comes back is read by <see cref="LooseJson"/>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateBody))]
internal sealed partial class ArkJson : JsonSerializerContext;
