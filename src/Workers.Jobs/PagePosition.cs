using System.Buffers.Binary;
using System.Buffers.Text;

namespace Workers.Jobs;

/// <summary>
/// Where a page ended, in a list that is ordered by a time and an id that never change: whatever is written meanwhile, the next page skips nothing that was there and repeats nothing.
/// </summary>
/// <param name="At">The time of the last entry of the page.</param>
/// <param name="Id">Its id.</param>
public sealed record PagePosition(DateTimeOffset At, Guid Id) : IComparable<PagePosition>
{
    private const int Bytes = sizeof(long) + 16;

    /// <summary>By time, then by the bytes of the id.</summary>
    public int CompareTo(PagePosition? other) => other is null ? 1 : At != other.At ? At.CompareTo(other.At) : Id.CompareTo(other.Id);

    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is nothing of the kind.</summary>
    public static PagePosition? Parse(string text)
    {
        if (!Base64Url.IsValid(text, out var length) || length != Bytes)
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(text);
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks ? null : new PagePosition(new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes.AsSpan(sizeof(long), 16), bigEndian: true));
    }

    /// <summary>The position in letters, digits, dashes and underscores, for people and programs to hand back.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, At.UtcTicks);
        Id.TryWriteBytes(bytes[sizeof(long)..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static bool operator <(PagePosition left, PagePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(PagePosition left, PagePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(PagePosition left, PagePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(PagePosition left, PagePosition right) => left.CompareTo(right) >= 0;
}
