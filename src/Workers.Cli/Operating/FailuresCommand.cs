using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Failures;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers failures</c>.</summary>
internal static class FailuresCommand
{
    private const string Description = "Counts failures by cause and place, hour by hour, with the last ones of each cause.";

    private const string Explanation =
        $"""
        Every failed attempt, blocked or failed job and dead letter is one failure. They are counted from a full hour on, and compared with as long a time before: "new" are those that had none
        there. The last ones are shown by ids, codes and reasons; never by what a user wrote.

        {StoreSettings.Explanation}

        Exit codes: 0 they were counted, or the watch was ended, 1 the store is not to be had.

        Examples:
          workers failures
          workers failures --since 7d --by tenant
          workers failures --bucket Quota --by code --samples 10
          workers failures --watch
        """;

    private const string Hour = "hour";

    private static readonly TimeSpan Redraw = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, Func<FailureCount, string>> Groups = new(StringComparer.Ordinal)
    {
        ["bucket"] = count => count.Bucket.ToString(),
        ["provider"] = count => count.Provider ?? "-",
        ["tenant"] = count => count.TenantId ?? "-",
        ["code"] = count => $"{count.Bucket} {count.Code}",
        [Hour] = count => Words.Iso(count.Hour),
    };

    private static readonly Option<string> Period = new("--since") { Description = "How far back: 90m, 24h, 7d, or a time as 2026-01-31T12:00:00Z.", HelpName = "WHEN", DefaultValueFactory = _ => "24h" };
    private static readonly Option<string> By = new Option<string>("--by") { Description = "What they are grouped by.", DefaultValueFactory = _ => "bucket" }.AcceptOnlyFromAmong([.. Groups.Keys]);
    private static readonly Option<string?> Tenant = new("--tenant") { Description = "Only this tenant's.", HelpName = "TENANT" };
    private static readonly Option<FailureBucket?> Bucket = new("--bucket") { Description = "Only those of this cause.", HelpName = "BUCKET" };
    private static readonly Option<int> Samples = new("--samples") { Description = "How many of the last ones of each cause are shown.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> Watch = new("--watch") { Description = "Counts again every five seconds, until it is stopped." };

    static FailuresCommand()
    {
        Since.Judge(Period);
        Samples.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && int.TryParse(token.Value, out var count) && count is < 0 or > 100)
            {
                result.AddError("--samples must lie within 0 and 100.");
            }
        });
    }

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("failures", Description, Explanation) { Period, By, Tenant, Bucket, Samples, Watch, OutputForm.Option, StoreSettings.Option };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Watch) && OutputForm.IsJson(result))
            {
                result.AddError("--watch draws a table; leave it out, or --output json.");
            }
        });
        command.SetAction((parsed, stop) => StoreSettings.UseAsync(parsed, async services =>
        {
            var (failures, time) = (services.GetRequiredService<IFailures>(), services.GetRequiredService<TimeProvider>());
            if (parsed.GetValue(Watch))
            {
                await WatchAsync(parsed, failures, time, output, stop);
                return ExitCode.AsExpected;
            }

            var report = await ReadAsync(parsed, failures, time.Now(), stop);
            if (OutputForm.IsJson(parsed))
            {
                await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(report, OperatingJson.Default.FailureReport));
            }
            else
            {
                output.Write(FailureTables.Of(report));
            }

            return ExitCode.AsExpected;
        }));
        return command;
    }

    /// <summary>Where the output is no terminal, each count is written below the last.</summary>
    private static async Task WatchAsync(ParseResult parsed, IFailures failures, TimeProvider time, IAnsiConsole output, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Redraw, time);
        try
        {
            do
            {
                var tables = FailureTables.Of(await ReadAsync(parsed, failures, time.Now(), stop));
                if (output.Profile.Capabilities.Ansi)
                {
                    output.Clear();
                }

                output.Write(tables);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // That is how a watch ends.
        }
    }

    private static async Task<FailureReport> ReadAsync(ParseResult parsed, IFailures failures, DateTimeOffset now, CancellationToken stop)
    {
        var since = FailureTrends.HourOf(Since.Parse(parsed.GetRequiredValue(Period), now)!.Value);
        var before = since - TimeSpan.FromHours(Math.Ceiling((now - since).TotalHours));
        var (tenant, only) = (parsed.GetValue(Tenant), parsed.GetValue(Bucket));
        var counts = (await failures.TrendAsync(before, now, stop)).Where(count => (tenant is null || count.TenantId == tenant) && (only is null || count.Bucket == only)).ToArray();
        var by = parsed.GetRequiredValue(By);
        var trends = FailureTrends.Of(counts, since, now, Groups[by], isComparable: by != Hour);
        List<Failure> samples = [];
        if (parsed.GetValue(Samples) is > 0 and var most)
        {
            foreach (var bucket in counts.Where(count => count.Hour >= since).Select(count => count.Bucket).Distinct().Order())
            {
                samples.AddRange(await failures.NewestAsync(bucket, tenant, since, most, stop));
            }
        }

        return new FailureReport
        {
            Since = since,
            Until = now,
            By = by,
            Groups = by == Hour ? [.. trends.OrderBy(trend => trend.Group, StringComparer.Ordinal)] : trends,
            GrewMost = FailureTrends.GrewMost(trends)?.Group,
            Samples = samples,
        };
    }
}
