using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Workers.Contracts;

/// <summary>Numbers of JSON by their value, however they are written: <c>5</c>, <c>5.0</c> and <c>50e-1</c> are one number.</summary>
public static class Numbers
{
    /// <summary>Digits before the point, and after it, up to which a number is written without an exponent.</summary>
    private const int MostDigits = 28;

    /// <summary>One text for each value, exactly: <c>5</c>, <c>0.25</c>, <c>-1E30</c>; zero has no sign.</summary>
    /// <param name="text">A number of JSON.</param>
    public static string Canonical(string text)
    {
        var mark = text.IndexOfAny(['e', 'E']);
        var (mantissa, exponent) = (mark < 0 ? text : text[..mark], 0L);
        if (mark >= 0 && !long.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return text; // so large or so small that nobody can mean it
        }

        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var places = point < 0 ? 0 : mantissa.Length - point - 1;
        var all = mantissa.Replace(".", "", StringComparison.Ordinal).TrimStart('-', '0');
        var digits = all.TrimEnd('0');
        if (digits.Length == 0)
        {
            return "0";
        }

        return (text[0] == '-' ? "-" : "") + Write(digits, (Int128)exponent - places + (all.Length - digits.Length));
    }

    /// <summary>Whether a number is whole and fits 64 bits.</summary>
    public static bool IsWhole(string text, out long number)
    {
        number = 0;
        return IsPlain(text, out var plain) && long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Whether a number is whole and short enough to be written in digits alone.</summary>
    internal static bool IsPlain(string text, [NotNullWhen(true)] out string? digits)
    {
        var canonical = Canonical(text);
        digits = canonical.AsSpan().ContainsAny('.', 'E') ? null : canonical;
        return digits is not null;
    }

    /// <param name="digits">Without zeros at either end.</param>
    /// <param name="exponent">The power of ten that they are multiplied with.</param>
    private static string Write(string digits, Int128 exponent)
    {
        if (exponent >= 0)
        {
            return digits.Length + exponent <= MostDigits ? digits + new string('0', (int)exponent) : $"{digits}E{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        if (exponent < -MostDigits || digits.Length + exponent > MostDigits)
        {
            return $"{digits}E{exponent.ToString(CultureInfo.InvariantCulture)}";
        }

        var places = (int)-exponent;
        var padded = digits.PadLeft(places + 1, '0');
        return $"{padded[..^places]}.{padded[^places..]}";
    }
}
