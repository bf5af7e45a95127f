using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Outputs;

/// <summary>
/// The bytes of one task's output: the same small film or picture for all, and for films a <c>free</c> box with the task's id at the end, which
/// players skip (ISO/IEC 14496-12, 8.1.2), so that each task's film is another and still whole.
/// </summary>
internal sealed class OutputFile
{
    private const int BlockBytes = 81_920;
    private const int BoxHeaderBytes = 16;

    private readonly byte[] _body;
    private readonly byte[] _box;
    private readonly long _padding;

    private OutputFile(string mediaType, byte[] body, byte[] box, long padding) => (MediaType, _body, _box, _padding) = (mediaType, body, box, padding);

    public string MediaType { get; }

    public long Length => _body.Length + _box.Length + _padding;

    /// <summary>The output of that name, or null where a task has none.</summary>
    /// <param name="padding">Bytes to make films longer by.</param>
    public static OutputFile? Find(GenerationTask task, string name, long padding) =>
        task.State is not TaskState.Succeeded || task.Trait<Fault.MissingOutput>() is not null ? null
        : name == OutputLinks.VideoName(task) ? Video(task, padding)
        : name == OutputLinks.LastFrameName && task.Body.ReturnLastFrame ? new OutputFile("image/png", Media.LastFrame, [], 0)
        : null;

    /// <summary>Writes the first so many bytes.</summary>
    public async Task WriteAsync(Stream to, long bytes, CancellationToken cancellationToken)
    {
        foreach (var block in Blocks())
        {
            if (bytes == 0)
            {
                return;
            }

            var part = block[..(int)Math.Min(block.Length, bytes)];
            await to.WriteAsync(part, cancellationToken);
            bytes -= part.Length;
        }
    }

    /// <summary>Hex in lower case.</summary>
    public string Sha256()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in Blocks())
        {
            hash.AppendData(block.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static OutputFile Video(GenerationTask task, long padding)
    {
        var id = Encoding.ASCII.GetBytes(task.Id);
        var box = new byte[BoxHeaderBytes + id.Length];

        // A size of 1 says that the real one follows the type in 64 bits.
        BinaryPrimitives.WriteUInt32BigEndian(box, 1);
        "free"u8.CopyTo(box.AsSpan(4));
        BinaryPrimitives.WriteUInt64BigEndian(box.AsSpan(8), (ulong)(box.Length + padding));
        id.CopyTo(box, BoxHeaderBytes);
        return new OutputFile(task.Body.OutputFormat == "mov" ? "video/quicktime" : "video/mp4", Media.Output, box, padding);
    }

    private IEnumerable<ReadOnlyMemory<byte>> Blocks()
    {
        yield return _body;
        yield return _box;
        var zeros = new byte[Math.Min(BlockBytes, _padding)];
        for (var left = _padding; left > 0; left -= zeros.Length)
        {
            yield return zeros.AsMemory(0, (int)Math.Min(zeros.Length, left));
        }
    }
}
