using System.Globalization;
using System.Text.Json;

namespace Workers.Providers.Seedance.Wire;

/// <summary>
/// Reads what a provider, or a gateway before it, says in another form than the documented one, where its meaning is plain: numbers as text, whole numbers with a fraction of
/// zero, ids as numbers, names in another casing. What has no plain meaning reads as absent: nothing is guessed, and nothing is thrown.
/// </summary>
internal static class LooseJson
{
    /// <summary>Beyond this a number of seconds is one of milliseconds: as seconds it would be the year 5138.</summary>
    private const decimal FirstMilliseconds = 100_000_000_000m;

    private const decimal LastSecond = 253_402_300_799m;

    /// <summary>The member of this name, or of one that differs from it by casing and underscores alone; null where there is none, where it is null, and where this is no object.</summary>
    public static JsonElement? Member(this JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (json.TryGetProperty(name, out var exact))
        {
            return exact.ValueKind is JsonValueKind.Null ? null : exact;
        }

        foreach (var member in json.EnumerateObject())
        {
            if (IsSame(member.Name, name) && member.Value.ValueKind is not JsonValueKind.Null)
            {
                return member.Value;
            }
        }

        return null;
    }

    public static JsonElement? Member(this JsonElement? json, string name) => json is { } found ? found.Member(name) : null;

    /// <summary>A text without the blanks around it; null where it is none, or has nothing else.</summary>
    public static string? Text(this JsonElement? json) =>
        json is { ValueKind: JsonValueKind.String } text && text.GetString()!.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    /// <summary>A word, which may be written as a whole number.</summary>
    public static string? Word(this JsonElement? json) =>
        json is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : json.Text();

    public static decimal? Number(this JsonElement? json) => json switch
    {
        { ValueKind: JsonValueKind.Number } number => number.TryGetDecimal(out var value) ? value : null,
        _ when json.Text() is { } text => decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
        _ => null,
    };

    /// <summary>A whole number, which may be written with a fraction of zero.</summary>
    public static long? Whole(this JsonElement? json) =>
        json.Number() is { } number && number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue ? (long)number : null;

    /// <summary>
    /// Unix seconds, which may have a fraction or be milliseconds; or ISO 8601 with its offset. A time without one is nobody's: the platforms count by different clocks.
    /// </summary>
    public static DateTimeOffset? Time(this JsonElement? json) => json.Number() switch
    {
        > 0 and <= LastSecond and var number when number < FirstMilliseconds => DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerSecond)),
        >= FirstMilliseconds and <= LastSecond * 1000 and var number => DateTimeOffset.UnixEpoch.AddTicks((long)(number * TimeSpan.TicksPerMillisecond)),
        null when json.Text() is { } text && HasOffset(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) && time > DateTimeOffset.UnixEpoch => time.ToUniversalTime(),
        _ => null,
    };

    /// <summary>An address of the web: a text, an object with a <c>url</c>, or the first of a list of either.</summary>
    public static Uri? Address(this JsonElement? json) => json switch
    {
        { ValueKind: JsonValueKind.Object } whole => whole.Member("url") is { ValueKind: JsonValueKind.String } inner ? Address(inner) : null,
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(one => one.ValueKind == JsonValueKind.Array ? null : Address(one)).FirstOrDefault(uri => uri is not null),
        _ when Uri.TryCreate(json.Text(), UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp) => uri,
        _ => null,
    };

    /// <summary>The same word but for casing, underscores and hyphens.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Bare(one), Bare(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>Without underscores, hyphens and blanks.</summary>
    public static string Bare(string word) => word.AsSpan().ContainsAny('_', '-', ' ')
        ? word.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)
        : word;

    private static bool HasOffset(string text) =>
        text.IndexOf('T', StringComparison.OrdinalIgnoreCase) is var at and > 0 ? text.AsSpan(at).ContainsAny("Zz+-") : text.EndsWith('Z') || text.LastIndexOf('+') > 0;
}
