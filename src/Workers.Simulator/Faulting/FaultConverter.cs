using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workers.Simulator.Faulting;

/// <summary>Reads a fault from its words.</summary>
internal sealed class FaultConverter : JsonConverter<Fault>
{
    public override Fault Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var words = reader.GetString();
        return FaultGrammar.TryParse(words, out var fault) ? fault : throw new JsonException($"There is no fault '{words}'.");
    }

    public override void Write(Utf8JsonWriter writer, Fault value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Fault scripts are read, not written.");
}
