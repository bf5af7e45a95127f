using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Workers.Simulator.Http;

internal static class JsonBytes
{
    // Addresses hold & and +, which the default encoder would write as escapes.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes, Plain))
        {
            write(writer);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
