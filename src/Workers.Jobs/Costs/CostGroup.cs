using System.Globalization;
using Workers.Contracts;

namespace Workers.Jobs.Costs;

/// <summary>What the jobs of one group cost, in one currency. A job is all its attempts whose tasks ended in the time that was looked at.</summary>
public sealed record CostGroup
{
    /// <summary>Jobs that are named, at most.</summary>
    public const int MostHeaviest = 20;

    /// <summary>What they have in common.</summary>
    public required string Group { get; init; }

    public required CostSummary Summary { get; init; }

    /// <summary>Tasks that have ended; a job may have had several.</summary>
    public required int Attempts { get; init; }

    /// <summary>The dearest job's cost, of those whose cost is known; null where none is.</summary>
    public required decimal? Highest { get; init; }

    /// <summary>The jobs that make the P95, those that cost as much or more: the dearest first, <see cref="MostHeaviest"/> at most.</summary>
    public required IReadOnlyList<Guid> Heaviest { get; init; }

    /// <summary>By what part of the estimate the actual cost lies above it (or, negative, below it), of the tasks whose cost is known; null where nothing was estimated.</summary>
    public required decimal? Drift { get; init; }

    /// <summary>The jobs with a task whose cost is unknown, <see cref="MostHeaviest"/> at most.</summary>
    public IReadOnlyList<Guid> Unknown { get; init; } = [];

    /// <summary>One for each group and currency: by currency, then the dearest first.</summary>
    public static IReadOnlyList<CostGroup> Of(IEnumerable<CostRecord> costs, Func<CostRecord, string> by) =>
    [
        .. costs.GroupBy(cost => (Group: by(cost), cost.Currency)).Select(group => Of(group.Key.Group, [.. group]))
            .OrderBy(group => group.Summary.Currency, StringComparer.Ordinal).ThenByDescending(group => group.Summary.Actual).ThenBy(group => group.Group, StringComparer.Ordinal),
    ];

    /// <summary>The day of a cost, in UTC: <c>2026-11-27</c>.</summary>
    public static string DayOf(CostRecord cost) => cost.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The week of a cost, in UTC and by ISO 8601: <c>2026-W48</c>.</summary>
    public static string WeekOf(CostRecord cost)
    {
        var at = cost.At.UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(at)}-W{ISOWeek.GetWeekOfYear(at):00}");
    }

    private static CostGroup Of(string group, CostRecord[] costs)
    {
        var jobs = costs.GroupBy(cost => (cost.Id.JobId, cost.Id.Generation))
            .Select(job => (job.Key.JobId, Cost: CostOf([.. job])))
            .ToArray();
        var known = jobs.Where(job => job.Cost.Unknown is null).ToArray();
        var summary = CostSummary.Of(jobs.Select(job => job.Cost)).Single();
        return new CostGroup
        {
            Group = group,
            Summary = summary,
            Attempts = costs.Length,
            Highest = known.Length == 0 ? null : known.Max(job => job.Cost.Actual),
            Drift = DriftOf([.. costs.Where(cost => cost.Actual is not null)]),
            Unknown = [.. jobs.Where(job => job.Cost.Unknown is not null).Take(MostHeaviest).Select(job => job.JobId)],
            Heaviest = [.. known.Where(job => job.Cost.Actual >= summary.P95).OrderByDescending(job => job.Cost.Actual).Take(MostHeaviest).Select(job => job.JobId)],
        };
    }

    private static JobCost CostOf(CostRecord[] costs) => new()
    {
        Estimated = costs.Sum(cost => cost.Estimated),
        Actual = costs.Sum(cost => cost.Actual ?? 0),
        Unknown = costs.Count(cost => cost.Actual is null) is > 0 and var unknown ? unknown : null,
        Currency = costs[0].Currency,
    };

    private static decimal? DriftOf(CostRecord[] known) =>
        known.Sum(cost => cost.Estimated) is not 0 and var estimated ? (known.Sum(cost => cost.Actual ?? 0) - estimated) / estimated : null;
}
