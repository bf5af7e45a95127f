using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Workers.Cli.Progress;
using Workers.Jobs.Failures;

namespace Workers.Cli.Operating;

/// <summary>What <c>workers failures</c> found.</summary>
internal sealed record FailureReport
{
    /// <summary>The full hour from which failures were counted.</summary>
    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>What they are grouped by.</summary>
    public required string By { get; init; }

    /// <summary>The largest first.</summary>
    public required IReadOnlyList<FailureTrend> Groups { get; init; }

    /// <summary>The group that has most more than in the time before.</summary>
    public required string? GrewMost { get; init; }

    /// <summary>The last ones of each cause, newest first.</summary>
    public required IReadOnlyList<Failure> Samples { get; init; }
}

/// <summary>Failures as people read them.</summary>
internal static class FailureTables
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Longer times are drawn with several hours to a bar.</summary>
    private const int MostBars = 48;

    public static Rows Of(FailureReport report)
    {
        var total = report.Groups.Sum(group => group.Count);
        var heading = new Text($"{Words.Count(total, "failure")} since {Words.Iso(report.Since)}.");
        List<IRenderable> parts = [heading];
        if (total > 0)
        {
            parts.Add(Groups(report, total));
        }

        if (report.Samples.Count > 0)
        {
            parts.Add(new Text("The last of each cause", Style.Parse("bold")));
            parts.Add(Samples(report.Samples));
        }

        return new Rows(parts);
    }

    /// <summary>A line whose heights are the numbers, the highest the largest.</summary>
    public static string Sparkline(IReadOnlyList<int> counts)
    {
        var perBar = (counts.Count + MostBars - 1) / MostBars;
        var bars = counts.Chunk(Math.Max(1, perBar)).Select(hours => hours.Sum()).ToArray();
        var highest = bars.DefaultIfEmpty().Max();
        return string.Concat(bars.Select(bar => bar == 0 ? ' ' : Bars[(int)(((long)bar * (Bars.Length - 1)) / highest)]));
    }

    private static Table Groups(FailureReport report, int total)
    {
        var table = JobTables.Table(report.By, "count", "share", "before", "by hour", "note");
        foreach (var group in report.Groups)
        {
            string[] notes = [.. group.IsNew ? ["new"] : Array.Empty<string>(), .. group.Group == report.GrewMost ? ["grew most"] : Array.Empty<string>()];
            JobTables.Row(
                table, group.Group, group.Count, string.Create(CultureInfo.InvariantCulture, $"{100.0 * group.Count / total:0} %"), group.Before, Sparkline(group.ByHour),
                string.Join(", ", notes));
        }

        return table;
    }

    private static Table Samples(IReadOnlyList<Failure> samples)
    {
        var table = JobTables.Table("at", "bucket", "code", "tenant", "job", "attempt", "in", "reason");
        foreach (var failure in samples)
        {
            JobTables.Row(table, Words.Iso(failure.At), failure.Bucket, failure.Code, failure.TenantId, failure.JobId, failure.Attempt, failure.Step, failure.Reason);
        }

        return table;
    }
}
