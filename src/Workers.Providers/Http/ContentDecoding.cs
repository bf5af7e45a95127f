using System.IO.Compression;

namespace Workers.Providers.Http;

/// <summary>
/// Undoes what a server did to an output on its way, although it was asked for it as it is. A server's word for it is not believed where the first bytes are a film's already.
/// </summary>
internal static class ContentDecoding
{
    /// <summary>Words that change nothing; what S3 calls chunked is how a file was sent to it, not how it comes from it.</summary>
    private static readonly string[] Nothing = ["", "identity", "none", "aws-chunked"];

    private static readonly string[] Known = ["gzip", "x-gzip", "deflate", "br"];

    /// <summary>What was done to the content, in the order in which it was done.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> words) =>
        [.. words.Select(word => word.Trim()).Where(word => !Nothing.Contains(word, StringComparer.OrdinalIgnoreCase))];

    /// <summary>The content as it was before; null where it was changed in a way that nobody here can undo.</summary>
    /// <exception cref="IOException">The connection died, or stalled; reading on throws it also where the content is broken.</exception>
    public static async Task<Decoded?> DecodeAsync(Stream content, IReadOnlyList<string> encodings, CancellationToken cancellationToken)
    {
        var head = new byte[FirstBytes.Needed];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken);
        var isMedia = FirstBytes.AreOfMedia(head.AsSpan(0, length));
        if (!isMedia && encodings.Any(encoding => !Known.Contains(encoding, StringComparer.OrdinalIgnoreCase)))
        {
            return null;
        }

#pragma warning disable CA2000 // It owns nothing but the content, which is its caller's until it is returned.
        Stream decoded = new HeadedStream(head.AsMemory(0, length), content);
#pragma warning restore CA2000
        if (isMedia)
        {
            return new(decoded, WasEncoded: false);
        }

        foreach (var encoding in encodings.Reverse())
        {
            decoded = Undo(encoding, decoded, head.AsSpan(0, length));
        }

        return new(new Unbroken(decoded), WasEncoded: true);
    }

    /// <summary>RFC 9110, 8.4.1: deflate is zlib's format; some servers send the bare one.</summary>
    private static Stream Undo(string encoding, Stream content, ReadOnlySpan<byte> head) => char.ToLowerInvariant(encoding[0]) switch
    {
        'b' => new BrotliStream(content, CompressionMode.Decompress),
        'd' when head is [var method, var flags, ..] && (method & 0x0F) == 8 && ((method << 8) | flags) % 31 == 0 => new ZLibStream(content, CompressionMode.Decompress),
        'd' => new DeflateStream(content, CompressionMode.Decompress),
        _ => new GZipStream(content, CompressionMode.Decompress),
    };

    /// <param name="Content">To be read.</param>
    /// <param name="WasEncoded">The size that the server gave is not that of what is read.</param>
    internal sealed record Decoded(Stream Content, bool WasEncoded);

    /// <summary>Says of broken content what is said of a broken connection: fetched again, it may be whole.</summary>
    private sealed class Unbroken(Stream content) : ReadOnlyStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return await Content.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
            {
                throw new IOException("The content is not encoded as its server says, or broke off.", fault);
            }
        }
    }

    /// <summary>What was read already, then the rest.</summary>
    private sealed class HeadedStream(ReadOnlyMemory<byte> head, Stream rest) : ReadOnlyStream(rest)
    {
        private ReadOnlyMemory<byte> _head = head;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_head.IsEmpty)
            {
                return Content.ReadAsync(buffer, cancellationToken);
            }

            var count = Math.Min(_head.Length, buffer.Length);
            _head[..count].CopyTo(buffer);
            _head = _head[count..];
            return ValueTask.FromResult(count);
        }
    }
}
