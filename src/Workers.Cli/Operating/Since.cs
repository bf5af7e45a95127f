using System.CommandLine;
using System.Globalization;

namespace Workers.Cli.Operating;

/// <summary>A time that a person gives: an hour ago, or a moment.</summary>
internal static class Since
{
    public static readonly Option<string?> Option = new("--since") { Description = "Only those submitted since: 90m, 24h, 7d, or a time as 2026-01-31T12:00:00Z.", HelpName = "WHEN" };

    static Since() => Judge(Option);

    /// <summary>Has an option refuse what is no such time.</summary>
    public static void Judge<T>(Option<T> option) => option.Validators.Add(result =>
    {
        if (result.Tokens is [var token, ..] && Parse(token.Value, DateTimeOffset.UnixEpoch.AddYears(50)) is null)
        {
            result.AddError("--since is so long ago as 90m, 24h or 7d, or a time as 2026-01-31T12:00:00Z.");
        }
    });

    /// <summary>Null where a text is neither; times without a zone are UTC.</summary>
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

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;
    }
}
