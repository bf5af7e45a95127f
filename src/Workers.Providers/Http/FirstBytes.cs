using System.Text;

namespace Workers.Providers.Http;

/// <summary>
/// What kind of thing some content is, by its first bytes: servers of files say <c>application/octet-stream</c> of anything, and <c>video/mp4</c> of a page that asks to sign in.
/// </summary>
public static class FirstBytes
{
    /// <summary>How many bytes tell all kinds apart: three packets of a transport stream.</summary>
    public const int Needed = 512;

    private static readonly (byte[] Start, string MediaType)[] Starts =
    [
        ([0x89, .. "PNG\r\n"u8], "image/png"),
        ([0xFF, 0xD8, 0xFF], "image/jpeg"),
        ([.. "GIF87a"u8], "image/gif"),
        ([.. "GIF89a"u8], "image/gif"),
        ([.. "II*\0"u8], "image/tiff"),
        ([.. "MM\0*"u8], "image/tiff"),
        ([.. "FLV\x01"u8], "video/x-flv"),
        ([0, 0, 1, 0xBA], "video/mpeg"),
        ([0, 0, 1, 0xB3], "video/mpeg"),
        ([.. "fLaC"u8], "audio/flac"),
        ([.. "ID3"u8], "audio/mpeg"),
        ([0xFF, 0xFB], "audio/mpeg"),
        ([0xFF, 0xF3], "audio/mpeg"),
        ([0xFF, 0xF2], "audio/mpeg"),
        ([0xFF, 0xF1], "audio/aac"),
        ([0xFF, 0xF9], "audio/aac"),
        ([0x1F, 0x8B], "application/gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "application/zstd"),
        ([.. "PK\x03\x04"u8], "application/zip"),
    ];

    /// <summary>Types that servers give to whatever they do not know, in lower case.</summary>
    private static readonly HashSet<string> SayNothing = new(StringComparer.Ordinal)
    {
        "application/octet-stream", "binary/octet-stream", "application/binary", "application/unknown", "application/download", "application/force-download",
        "application/x-download", "application/x-binary", "application/x-octet-stream", "content/unknown", "unknown/unknown", "text/plain",
    };

    /// <summary>The media type of some content.</summary>
    /// <param name="declared">What its server says, in lower case and without parameters; null where it says nothing.</param>
    /// <param name="head">Its first bytes, <see cref="Needed"/> of them where there are as many.</param>
    /// <returns>The server's word, unless it says nothing or the bytes are plainly of another kind; <c>application/octet-stream</c> where nobody can tell.</returns>
    public static string Judge(string? declared, ReadOnlySpan<byte> head)
    {
        var said = declared is null || SayNothing.Contains(declared) ? null : declared;
        var seen = MediaTypeOf(head);
        return (said, seen) switch
        {
            (null, null) => "application/octet-stream",
            (null, { } bytes) => bytes,
            ({ } word, null) => word,
            ({ } word, { } bytes) => KindOf(word) == KindOf(bytes) ? word : bytes, // of one kind, such as two forms of film, the server knows best
        };
    }

    /// <summary>The media type that the first bytes tell; null where they are of no kind that is known here.</summary>
    public static string? MediaTypeOf(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && Box(head) is { } film)
        {
            return film;
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8))
        {
            return head.Slice(8, 4) switch
            {
                var form when form.SequenceEqual("WEBP"u8) => "image/webp",
                var form when form.SequenceEqual("WAVE"u8) => "audio/wav",
                var form when form.SequenceEqual("AVI "u8) => "video/x-msvideo",
                _ => null,
            };
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
        {
            return head.IndexOf("webm"u8) >= 0 ? "video/webm" : "video/x-matroska";
        }

        if (head.StartsWith("OggS"u8))
        {
            return head.IndexOf("theora"u8) >= 0 ? "video/ogg" : "audio/ogg";
        }

        if (head.Length > 376 && head[0] == 0x47 && head[188] == 0x47 && head[376] == 0x47)
        {
            return "video/mp2t";
        }

        foreach (var (start, mediaType) in Starts)
        {
            if (head.StartsWith(start))
            {
                return mediaType;
            }
        }

        return TextOf(head);
    }

    /// <summary>Whether some content is surely a film, a picture or a sound.</summary>
    internal static bool AreOfMedia(ReadOnlySpan<byte> head) => MediaTypeOf(head) is { } type && KindOf(type) is "video" or "image" or "audio";

    /// <summary>ISO/IEC 14496-12, 4.2 and 4.3: a size, the type of the first box, and of a <c>ftyp</c> the major brand. QuickTime's older films begin with another box.</summary>
    private static string? Box(ReadOnlySpan<byte> head) => Encoding.ASCII.GetString(head.Slice(4, 4)) switch
    {
        "ftyp" => Encoding.ASCII.GetString(head.Slice(8, 4)) switch
        {
            "qt  " => "video/quicktime",
            "M4A " or "M4B " => "audio/mp4",
            "avif" or "avis" => "image/avif",
            "heic" or "heix" or "mif1" or "msf1" => "image/heic",
            _ => "video/mp4",
        },
        "moov" or "mdat" or "wide" => "video/quicktime",
        _ => null,
    };

    /// <summary>Pages and records of faults, which some servers send with status 200.</summary>
    private static string? TextOf(ReadOnlySpan<byte> head)
    {
        var text = Encoding.UTF8.GetString(head[..Math.Min(head.Length, 64)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return text switch
        {
            _ when text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase) => "text/html",
            ['<', '?' or '!', ..] => "application/xml",
            ['<', var letter, ..] when char.IsAsciiLetter(letter) => "application/xml",
            ['{', '"' or ' ' or '\r' or '\n' or '}', ..] => "application/json",
            ['[', '"' or ' ' or '\r' or '\n' or '{' or ']', ..] => "application/json",
            _ => null,
        };
    }

    private static string KindOf(string mediaType) => mediaType.Split('/')[0];
}
