using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Workers.Simulator.Faulting;

/// <summary>Chance that depends on the seed and on what is asked, never on when or in which order.</summary>
internal sealed class Chance(int seed)
{
    /// <summary>At least 0 and below 1.</summary>
    public double Fraction(params ReadOnlySpan<string> about) => (Number(about) >> 11) * (1.0 / (1ul << 53));

    /// <summary>From <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Whole(int least, int most, params ReadOnlySpan<string> about) =>
        least + (int)(Number(about) % (ulong)((long)most - least + 1));

    public ulong Number(params ReadOnlySpan<string> about)
    {
        var text = $"{seed}\u001f{string.Join('\u001f', about!)}";
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
