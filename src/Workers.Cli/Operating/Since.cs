using System.CommandLine;
using System.Globalization;

namespace Workers.Cli.Operating;

/// <summary>A time that a person gives: an hour ago, or a moment.</summary>
internal static class Since
{
    public static readonly Option<string?> Option = new("--since") { Description = "Only those submitted since: 90m, 24h, 7d, or a time as 2026-01-31T12:00:00Z.", HelpName = "WHEN" };

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mmzzz"];

    static Since() => Judge(Option);

    /// <summary>Has an option refuse what is no such time.</summary>
    public static void Judge<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token, ..] && Parse(token.Value, DateTimeOffset.UnixEpoch.AddYears(50)) is null)
        {
            result.AddError("--since is so long ago as 90m, 24h or 7d, or a time with its offset: 2026-01-31T12:00:00Z, or 2026-01-31T07:00:00-05:00.");
        }
    });

    /// <summary>Null where a text is neither; a time without its offset would mean another hour on each machine.</summary>
    public static DateTimeOffset? Parse(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 20_000)
        {
            return text[^1] switch
            {
                's' => now.AddSeconds(-number),
                'm' => now.AddMinutes(-number),
                'h' => now.AddHours(-number),
                'd' => now.AddDays(-number),
                _ => null,
            };
        }

        return DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
    }
}
