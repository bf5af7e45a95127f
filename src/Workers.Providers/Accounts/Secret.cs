using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;

namespace Workers.Providers.Accounts;

/// <summary>A text that must not be seen: whatever prints, logs or serialises it gets its outline. Only <see cref="Reveal"/> gives it away, and is easily searched for.</summary>
[TypeConverter(typeof(FromSettings))]
[JsonConverter(typeof(AsOutline))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Secret(string content) : IEquatable<Secret>
{
    private readonly string _content = content;

    /// <summary>There is none.</summary>
    public static Secret None { get; } = new("");

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _content.Length == 0;

    /// <summary>The text itself, for the one call that needs it.</summary>
    public string Reveal() => _content;

    /// <summary>Its hash and size.</summary>
    public override string ToString() => IsEmpty ? "Secret { none }" : $"Secret {{ {Outline.Of(_content)} }}";

    public bool Equals(Secret? other) => other is not null && string.Equals(_content, other._content, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as Secret);

    public override int GetHashCode() => _content.GetHashCode(StringComparison.Ordinal);

    /// <summary>Takes it from a setting. It never fails: what fails there repeats the setting's value.</summary>
    private sealed class FromSettings : TypeConverter
    {
        public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

        public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => new Secret(value as string ?? "");
    }

    private sealed class AsOutline : JsonConverter<Secret>
    {
        public override Secret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A secret is read from settings and files only: what has come through JSON is its outline.");

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
