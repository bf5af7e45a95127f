using System.Security.Cryptography;
using System.Text.Json;

namespace Workers.Simulator;

/// <summary>What makes two creates the same job: everything asked for, whatever the order of fields, without what a client may vary between tries.</summary>
public static class JobKey
{
    private const int Characters = 32;

    private static readonly HashSet<string> VariedBetweenTries = ["execution_expires_after", "callback_url", "safety_identifier"];

    /// <summary>The first 32 hex characters of the SHA-256 of the canonical body, in lower case.</summary>
    /// <param name="createBody">The body of a create call.</param>
    public static string Of(JsonElement createBody)
    {
        using var canonical = new MemoryStream();
        using (var writer = new Utf8JsonWriter(canonical))
        {
            Write(writer, createBody, isBody: true);
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.GetBuffer().AsSpan(0, (int)canonical.Length)))[..Characters];
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, bool isBody)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    if (!isBody || !VariedBetweenTries.Contains(property.Name))
                    {
                        writer.WritePropertyName(property.Name);
                        Write(writer, property.Value, isBody: false);
                    }
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, isBody: false);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
