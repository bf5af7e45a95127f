using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Workers.Contracts;

/// <summary>What may be said of content that nobody but its job may see: the beginning of its SHA-256, and its size.</summary>
public static class Outline
{
    /// <summary>Enough to tell one content from another, and to find it again in a record that has the whole hash.</summary>
    private const int Digits = 12;

    /// <summary>Of a text: <c>1f2e3d4c5b6a, 34 bytes</c>; of none: <c>none</c>.</summary>
    public static string Of(string? text) => text is null ? "none" : Of(Encoding.UTF8.GetBytes(text));

    /// <summary>Of bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..Digits]}, {bytes.Length} bytes");

    /// <summary>Of a message or a part of one, as its JSON. It never throws: words are asked for where something has gone wrong already.</summary>
    public static string Of<T>(T value, JsonTypeInfo<T> json)
    {
        try
        {
            return Of(JsonSerializer.SerializeToUtf8Bytes(value, json));
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or JsonException or NotSupportedException)
        {
            return "no JSON"; // it has a number that is none, or an element of a document that is gone
        }
    }
}
