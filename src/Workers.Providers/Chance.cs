using System.Security.Cryptography;

namespace Workers.Providers;

/// <summary>Where the fleet's random numbers come from: a seeded source in tests, the operating system's in a product host.</summary>
public sealed class Chance
{
    private readonly Lock _lock = new();
    private readonly Random? _seeded;

    /// <summary>Numbers that nobody can foretell.</summary>
    public Chance()
    {
    }

    /// <summary>The same numbers for the same seed, in the order of asking.</summary>
    public Chance(int seed) => _seeded = new Random(seed);

    /// <summary>At least 0 and less than 1.</summary>
    public double Next() => BitConverter.ToUInt32(Bytes(4)) / (uint.MaxValue + 1.0);

    /// <summary>Small letters and digits.</summary>
    public string Letters(int length) => string.Create(length, this, static (text, chance) =>
    {
        const string Alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
        for (var i = 0; i < text.Length; i++)
        {
            text[i] = Alphabet[(int)(chance.Next() * Alphabet.Length)];
        }
    });

    /// <summary>A version-4 UUID.</summary>
    public Guid NextGuid()
    {
        var bytes = Bytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>
    /// The wait before try <paramref name="number"/> (from 0): exponential with full jitter, between a tenth of the first wait and the longest, so that many that failed together
    /// do not come back together.
    /// </summary>
    public TimeSpan Backoff(TimeSpan first, TimeSpan longest, int number)
    {
        var ceiling = Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(number, 40)));
        return TimeSpan.FromTicks((long)Math.Max(first.Ticks / 10.0, ceiling * Next()));
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        if (_seeded is null)
        {
            RandomNumberGenerator.Fill(bytes);
            return bytes;
        }

        lock (_lock)
        {
#pragma warning disable CA5394 // A seeded source is asked for where runs must repeat; nothing secret comes of it.
            _seeded.NextBytes(bytes);
#pragma warning restore CA5394
        }

        return bytes;
    }
}
