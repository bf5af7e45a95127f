using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Jobs;
using Workers.Jobs.Costs;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers costs</c>.</summary>
internal static partial class CostsCommand
{
    private const string Description = "Sums up what jobs cost: estimated and actual, by week, day, tenant, provider, account or model.";

    private const string Explanation =
        $"""
        A job is all its attempts whose tasks ended in the time that is looked at, those that were cancelled or came late included. P50 and P95 are exact: of the jobs in a group, so many of a
        hundred cost no more. The jobs that make the P95 are named in --output json. Currencies are never added up.
        Jobs with a task of which the provider does not say what it costs are counted as unknown; drift and percentiles are without them, and --output json
        names them. workers costs fill says what they cost.

        {StoreSettings.Explanation}

        Exit codes: 0 they were summed up, 1 the store is not to be had.

        Examples:
          workers costs
          workers costs --week 2026-W48 --by tenant
          workers costs --since 90d --by week --output json
        """;

    private static readonly Dictionary<string, Func<CostRecord, string>> Groups = new(StringComparer.Ordinal)
    {
        ["week"] = CostGroup.WeekOf,
        ["day"] = CostGroup.DayOf,
        ["tenant"] = cost => cost.TenantId,
        ["provider"] = cost => cost.Provider,
        ["account"] = cost => cost.Account,
        ["model"] = cost => cost.Model,
    };

    private static readonly Option<string?> Week = new("--week") { Description = "The tasks that ended in this ISO week, in UTC.", HelpName = "2026-W48" };
    private static readonly Option<string?> Day = new("--day") { Description = "The tasks that ended on this day, in UTC.", HelpName = "2026-11-27" };
    private static readonly Option<string> Period = new("--since") { Description = "How far back: 24h, 30d, or a time as 2026-01-31T12:00:00Z.", HelpName = "WHEN", DefaultValueFactory = _ => "28d" };
    private static readonly Option<string> By = new Option<string>("--by") { Description = "What they are grouped by.", DefaultValueFactory = _ => "week" }.AcceptOnlyFromAmong([.. Groups.Keys]);
    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "TENANT" };

    static CostsCommand()
    {
        Since.Judge(Period);
        Week.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && MondayOf(token.Value) is null)
            {
                result.AddError("--week is a week by ISO 8601, as 2026-W48.");
            }
        });
        Day.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && DayOf(token.Value) is null)
            {
                result.AddError("--day is a day as 2026-11-27.");
            }
        });
    }

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("costs", Description, Explanation) { Week, Day, Period, By, Tenant, OutputForm.Option, StoreSettings.Option };
        command.Subcommands.Add(FillCostCommand.Create(output, error));
        command.Validators.Add(result =>
        {
            if (new Option[] { Week, Day, Period }.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
            {
                result.AddError("--week, --day and --since each say which time is meant: give one of them.");
            }
        });
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var report = await ReadAsync(parsed, services.GetRequiredService<ICosts>(), services.GetRequiredService<TimeProvider>().Now(), stop);
            if (OutputForm.IsJson(parsed))
            {
                await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(report, OperatingJson.Default.CostReport));
            }
            else
            {
                Write(report, output);
            }

            return ExitCode.AsExpected;
        }));
        return command;
    }

    private static async Task<CostReport> ReadAsync(ParseResult parsed, ICosts costs, DateTimeOffset now, CancellationToken stop)
    {
        var (since, until) = parsed switch
        {
            _ when parsed.GetValue(Week) is { } week && MondayOf(week) is { } monday => (monday, monday.AddDays(7)),
            _ when parsed.GetValue(Day) is { } day && DayOf(day) is { } midnight => (midnight, midnight.AddDays(1)),
            _ => (Since.Parse(parsed.GetRequiredValue(Period), now)!.Value, now),
        };
        var by = parsed.GetRequiredValue(By);
        var found = await costs.BetweenAsync(since, until, parsed.GetValue(Tenant), stop);
        var groups = CostGroup.Of(found, Groups[by]);
        return new CostReport
        {
            Since = since,
            Until = until,
            By = by,
            Groups = by is "week" or "day" ? [.. groups.OrderBy(group => group.Summary.Currency, StringComparer.Ordinal).ThenBy(group => group.Group, StringComparer.Ordinal)] : groups,
            Totals = CostGroup.Of(found, _ => "all"),
        };
    }

    private static void Write(CostReport report, IAnsiConsole output)
    {
        if (report.Groups.Count == 0)
        {
            output.WriteLine($"No task ended from {Words.Iso(report.Since)} to {Words.Iso(report.Until)}.");
            return;
        }

        var table = JobTables.Table(report.By, "jobs", "tasks", "estimated", "actual", "drift", "P50", "P95", "highest", "dearest job");
        foreach (var group in report.Groups.Concat(report.Totals))
        {
            var (summary, currency) = (group.Summary, group.Summary.Currency);
            JobTables.Row(
                table, group.Group, summary.Jobs, group.Attempts, Words.Money(summary.Estimated, currency), $"{Words.Money(summary.Actual, currency)}{(summary.Unknown == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" + {summary.Unknown} unknown"))}",
                group.Drift is { } drift ? string.Create(CultureInfo.InvariantCulture, $"{drift * 100:+0.0;-0.0;0.0} %") : null,
                Words.Money(summary.P50, currency), Words.Money(summary.P95, currency), Words.Money(group.Highest, currency), group.Heaviest is [var dearest, ..] ? dearest : null);
        }

        output.Write(table);
    }

    private static DateTimeOffset? MondayOf(string week) =>
        WeekForm().Match(week) is { Success: true } match
        && int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) is > 1 and < 9999 and var year
        && int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture) is >= 1 and var number && number <= ISOWeek.GetWeeksInYear(year)
            ? new DateTimeOffset(ISOWeek.ToDateTime(year, number, DayOfWeek.Monday), TimeSpan.Zero)
            : null;

    private static DateTimeOffset? DayOf(string day) =>
        DateTimeOffset.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) && at.Year < 9999 ? at : null;

    [GeneratedRegex(@"^(\d{4})-W(\d{2})$")]
    private static partial Regex WeekForm();
}

/// <summary>What <c>workers costs</c> found.</summary>
internal sealed record CostReport
{
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset Until { get; init; }

    /// <summary>What they are grouped by.</summary>
    public required string By { get; init; }

    public required IReadOnlyList<CostGroup> Groups { get; init; }

    /// <summary>All of them, one for each currency.</summary>
    public required IReadOnlyList<CostGroup> Totals { get; init; }
}
