using System.Buffers.Binary;
using Workers.Contracts;

namespace Workers.RabbitMq.Bodies;

/// <summary>
/// The body of a message as its sender meant it. What was sent with AMQP 1.0 as a value, such as a string, RabbitMQ hands over with that protocol's encoding around it; no JSON begins as that does,
/// so it is told by the bytes.
/// </summary>
/// <param name="Bytes">The text or the bytes that were sent; empty where it is something else.</param>
/// <param name="Fault">What it is instead, and what to send.</param>
internal sealed record AmqpBody(ReadOnlyMemory<byte> Bytes, InputFault? Fault)
{
    /// <summary>Begins a section, whose kind follows as a number of one or of eight bytes.</summary>
    private const byte Described = 0x00;

    private const byte SmallNumber = 0x53;
    private const byte LargeNumber = 0x80;

    /// <summary>Data, a sequence, a value.</summary>
    private const ulong FirstKind = 0x75, LastKind = 0x77;

    /// <summary>Reads a body of any origin.</summary>
    public static AmqpBody Read(ReadOnlyMemory<byte> body)
    {
        var (kind, content) = body.Span switch
        {
            [Described, SmallNumber, var number, ..] => ((ulong)number, body[3..]),
            [Described, LargeNumber, _, _, _, _, _, _, _, _, ..] => (BinaryPrimitives.ReadUInt64BigEndian(body.Span[2..]), body[10..]),
            _ => (0UL, body),
        };
        if (kind is < FirstKind or > LastKind)
        {
            return new AmqpBody(body, null);
        }

        // Texts, bytes and symbols, with their length in one byte or in four. What may follow is a footer.
        var (start, length) = content.Span switch
        {
            [0xA0 or 0xA1 or 0xA3, var bytes, ..] => (2, bytes),
            [0xB0 or 0xB1 or 0xB3, _, _, _, _, ..] => (5, BinaryPrimitives.ReadUInt32BigEndian(content.Span[1..])),
            _ => (0, 0L),
        };
        return start > 0 && length <= content.Length - start
            ? new AmqpBody(content.Slice(start, (int)length), null)
            : new AmqpBody(default, new InputFault
            {
                Field = "the body",
                Found = start > 0 ? "an AMQP 1.0 value that is cut short" : $"an AMQP 1.0 value that is {Word(content.Span)}",
                Rule = "a body is JSON, as a text or as bytes",
                Fix = "Send the JSON itself as a string or as a data section: in JavaScript JSON.stringify(job), not job.",
            });
    }

    private static string Word(ReadOnlySpan<byte> value) => value switch
    {
        [0xC1 or 0xD1, ..] => "a map",
        [0x45 or 0xC0 or 0xD0 or 0xE0 or 0xF0, ..] => "a list",
        [0x41 or 0x42 or 0x56, ..] => "true or false",
        [] or [0x40, ..] => "null",
        _ => "neither text nor bytes",
    };
}
