using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The ids that are derived rather than drawn, so that repeats collide on purpose.</summary>
public static class JobIdentity
{
    /// <summary>The job id of a tenant's idempotency key.</summary>
    public static Guid JobId(string tenant, string key) => Derive($"job\n{tenant}\n{key}");

    /// <summary>The id of the job that a submission asks for, whether or not the submission keeps the rules.</summary>
    public static Guid JobId(SubmitJob submission) => JobId(submission.TenantId ?? "", Key(submission));

    /// <summary>The client's idempotency key, else the hash of what it asks for.</summary>
    public static string Key(SubmitJob submission) => submission.IdempotencyKey ?? Hash(submission);

    /// <summary>The id of a message that a job's record gives rise to: the same however often it is issued.</summary>
    /// <param name="generation">The job's generation.</param>
    /// <param name="number">What it belongs to: a step or an attempt.</param>
    /// <param name="name">The message's type, and what else tells it from its siblings.</param>
    public static Guid MessageId(Guid generation, int number, string name) =>
        Derive(string.Create(CultureInfo.InvariantCulture, $"message\n{generation:N}\n{number}\n{name}"));

    /// <summary>The id of a message whose sender has ids of another form: the same for the same text.</summary>
    public static Guid MessageId(string sentAs) => Derive($"sent\n{sentAs}");

    /// <summary>SHA-256, in lower-case hexadecimal, of what a submission asks for: equal for inputs that differ only in the order of members, in how a number is written, or in what is null.</summary>
    public static string Hash(SubmitJob submission)
    {
        var asked = new SubmitJob { Provider = submission.Provider, Input = submission.Input, Expect = submission.Expect };
        using var document = JsonSerializer.SerializeToDocument(asked, ContractsJson.Default.SubmitJob);
        var canonical = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(canonical))
        {
            WriteCanonical(writer, document.RootElement);
        }

        return Convert.ToHexStringLower(SHA256.HashData(canonical.WrittenSpan));
    }

    /// <summary>SHA-256 of a tenant's user, in lower-case hexadecimal: the same user at two tenants gives two hashes.</summary>
    public static string? UserHash(string tenant, string? user) =>
        user is null ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"user\n{tenant}\n{user}")));

    /// <summary>A version-8 UUID (RFC 9562, 5.8) of the text's SHA-256.</summary>
    private static Guid Derive(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static void WriteCanonical(Utf8JsonWriter writer, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject()
                             .Where(member => member.Value.ValueKind != JsonValueKind.Null)
                             .OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(member.Name);
                    WriteCanonical(writer, member.Value);
                }

                writer.WriteEndObject();
                break;

            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Null))
                {
                    WriteCanonical(writer, item);
                }

                writer.WriteEndArray();
                break;

            case JsonValueKind.Number:
                writer.WriteRawValue(Numbers.Canonical(element.GetRawText())); // 5, 5.0 and 5e0 are one number
                break;

            default:
                element.WriteTo(writer);
                break;
        }
    }
}
