using System.Collections;
using System.Text;
using RabbitMQ.Client;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Foreign;

/// <summary>
/// All properties of a message go in one frame, headers included, and the broker closes the connection of whoever sends a longer one than was agreed. A producer may have filled it to the brim, so
/// whoever adds a header of his own must make room first.
/// </summary>
internal static class HeaderFrame
{
    /// <summary>For what the broker writes when it hands the message on: its counts, and of a death in which queue and why.</summary>
    private const int Reserve = 4096;

    /// <summary>A frame without properties: its own seven and one bytes, and the content's class, weight, size and flags.</summary>
    private const int Empty = 22;

    /// <summary>Leaves out foreign headers, the largest first, until the properties fit, and says so on the message.</summary>
    /// <param name="properties">With headers that may be written to. Those of the fleet stay.</param>
    /// <param name="longest">The longest frame that was agreed, in bytes; 0 where there is no limit.</param>
    public static void Fit(BasicProperties properties, uint longest)
    {
        if (properties.Headers is not { } headers || longest == 0 || SizeOf(properties) <= longest - Reserve)
        {
            return;
        }

        var (count, bytes) = (0, 0);
        foreach (var (name, size) in headers.Where(header => !IsOurs(header.Key)).Select(header => (header.Key, Size: SizeOf(header))).OrderByDescending(header => header.Size).ToList())
        {
            headers.Remove(name);
            (count, bytes) = (count + 1, bytes + size);
            headers[DeadLetterHeaders.Cut] = FormattableString.Invariant($"{count} foreign headers of {bytes} bytes");
            if (SizeOf(properties) <= longest - Reserve)
            {
                return;
            }
        }
    }

    /// <summary>The frame's length in bytes, or a little more.</summary>
    internal static long SizeOf(IReadOnlyBasicProperties properties)
    {
        string?[] texts =
        [
            properties.AppId, properties.ClusterId, properties.ContentEncoding, properties.ContentType, properties.CorrelationId, properties.Expiration, properties.MessageId, properties.ReplyTo,
            properties.Type, properties.UserId,
        ];
        return Empty + 10 + texts.Sum(text => 1 + Length(text)) + (properties.Headers is { } headers ? SizeOf(headers) : 0);
    }

    private static bool IsOurs(string header) => header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.OrdinalIgnoreCase);

    private static int SizeOf(IDictionary<string, object?> table) => 4 + table.Sum(SizeOf);

    private static int SizeOf(KeyValuePair<string, object?> member) => 1 + Length(member.Key) + 1 + SizeOf(member.Value);

    private static int SizeOf(object? value) => value switch
    {
        null => 0,
        string text => 4 + Length(text),
        byte[] bytes => 4 + bytes.Length,
        BinaryTableValue binary => 4 + binary.Bytes.Length,
        IDictionary<string, object?> table => SizeOf(table),
        IEnumerable list => 4 + list.Cast<object?>().Sum(item => 1 + SizeOf(item)),
        _ => 8,
    };

    private static int Length(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
