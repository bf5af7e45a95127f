using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Alerts;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers alerts</c>.</summary>
internal static class AlertsCommand
{
    private const string Description = "Shows the rules of the alerts, which of them fire and since when, and each value beside its limit.";

    private const string Explanation =
        $"""
        The rules are the fleet's own settings (Alerts:Rules), looked at by the processes with the role failures; what is shown is what their last look found. A value is in the unit of its
        kind: failures, dead letters, percent, time. "pending" lies above its limit, and not for long enough yet.

        {StoreSettings.Explanation}

        Exit codes: 0 nothing fires, 2 something does, 1 the store is not to be had.

        Examples:
          workers alerts
          workers alerts --output json
        """;

    /// <summary>Looks come every minute, unless the fleet's settings say otherwise: at most an hour apart.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("alerts", Description, Explanation) { OutputForm.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var report = AlertReport.Of(await services.GetRequiredService<IAlerts>().AllAsync(stop));
            if (OutputForm.IsJson(parsed))
            {
                await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(report, OperatingJson.Default.AlertReport));
            }
            else
            {
                Write(report, output, services.GetRequiredService<TimeProvider>().Now());
            }

            return report.Firing > 0 ? ExitCode.Otherwise : ExitCode.AsExpected;
        }));
        return command;
    }

    private static void Write(AlertReport report, IAnsiConsole output, DateTimeOffset now)
    {
        if (report.Alerts is [])
        {
            output.WriteLine("No process has looked at the alerts yet: those with the role failures do.");
            return;
        }

        var table = JobTables.Table("alert", "state", "since", "for", "value", "limit", "level", "tenant", "looked at", "how it stands");
        foreach (var alert in report.Alerts)
        {
            JobTables.Row(
                table, alert.Alert, alert.State.ToString().ToLowerInvariant(), Words.Iso(alert.Since), Words.Time(now - alert.Since), Value(alert.Kind, alert.Value),
                Value(alert.Kind, alert.Limit), alert.Level, alert.TenantId, Words.Iso(alert.LookedAt), alert.Reason);
        }

        output.Write(table);
        output.WriteLine($"{Words.Count(report.Alerts.Count, "alert")}, {report.Firing} firing.");
        if (report.Alerts.Max(alert => alert.LookedAt) is var last && now - last > LongestInterval)
        {
            output.WriteLine($"Nobody has looked since {Words.Iso(last)}: is a process with the role failures running?", Style.Parse("yellow"));
        }
    }

    private static string Value(AlertKind kind, decimal value) => kind switch
    {
        AlertKind.OldestWaiting => Words.Time(TimeSpan.FromSeconds((double)value)),
        AlertKind.CostP95 => string.Create(CultureInfo.InvariantCulture, $"{value:0.#} %"),
        _ => value.ToString("0.##", CultureInfo.InvariantCulture),
    };
}

/// <summary>What <c>workers alerts</c> found.</summary>
internal sealed record AlertReport
{
    /// <summary>How many of them fire.</summary>
    public required int Firing { get; init; }

    /// <summary>Those that fire first, then those that are pending; the oldest first.</summary>
    public required IReadOnlyList<AlertOutline> Alerts { get; init; }

    public static AlertReport Of(IReadOnlyList<Alert> alerts) => new()
    {
        Firing = alerts.Count(alert => alert.State == AlertState.Firing),
        Alerts = [.. alerts.OrderByDescending(alert => alert.State).ThenBy(alert => alert.State == AlertState.Quiet ? default : alert.Since).ThenBy(alert => alert.Id, StringComparer.Ordinal).Select(AlertOutline.Of)],
    };
}

/// <summary>One alert, without what is only the fleet's business.</summary>
internal sealed record AlertOutline
{
    /// <summary>The rule, and what of it: <c>account-paused/main</c>.</summary>
    public required string Alert { get; init; }

    public required string Rule { get; init; }
    public required AlertKind Kind { get; init; }
    public required string? Subject { get; init; }
    public required string? TenantId { get; init; }
    public required AlertLevel Level { get; init; }
    public required AlertState State { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required DateTimeOffset LookedAt { get; init; }
    public required decimal Value { get; init; }
    public required decimal Limit { get; init; }
    public required string Reason { get; init; }

    /// <summary>Firings and resolutions whose message the broker has not confirmed.</summary>
    public required int Untold { get; init; }

    public static AlertOutline Of(Alert alert) => new()
    {
        Alert = alert.Id,
        Rule = alert.Rule,
        Kind = alert.Kind,
        Subject = alert.Subject,
        TenantId = alert.TenantId,
        Level = alert.Level,
        State = alert.State,
        Since = alert.Since,
        LookedAt = alert.LookedAt,
        Value = alert.Value,
        Limit = alert.Limit,
        Reason = alert.Reason,
        Untold = alert.Untold.Count,
    };
}
