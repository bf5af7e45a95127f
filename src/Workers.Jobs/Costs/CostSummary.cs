using Workers.Contracts;

namespace Workers.Jobs.Costs;

/// <summary>What many jobs cost together and each, in one currency: amounts of different currencies are never added.</summary>
public sealed record CostSummary
{
    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>How many jobs were counted.</summary>
    public required int Jobs { get; init; }

    /// <summary>What all of them were expected to cost.</summary>
    public required decimal Estimated { get; init; }

    /// <summary>What all of them did cost, as far as that is known.</summary>
    public required decimal Actual { get; init; }

    /// <summary>Of the jobs whose cost is known, half did cost at most this; null where none is.</summary>
    public required decimal? P50 { get; init; }

    /// <summary>Of the jobs whose cost is known, 95 of 100 did cost at most this; null where none is.</summary>
    public required decimal? P95 { get; init; }

    /// <summary>How many of the jobs have a task of which the provider does not say what it costs.</summary>
    public int Unknown { get; init; }

    /// <summary>One summary per currency, in the order of their codes; none where there are no jobs.</summary>
    public static IReadOnlyList<CostSummary> Of(IEnumerable<JobCost> costs) =>
        [.. costs.GroupBy(cost => cost.Currency, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Of)];

    /// <summary>
    /// The exact percentile by nearest rank: the smallest amount that at least <paramref name="percent"/> of 100 amounts do not exceed. Always one of the amounts, never a mean of two.
    /// </summary>
    /// <param name="ascending">The amounts, in order; at least one.</param>
    /// <param name="percent">1 to 100.</param>
    public static decimal Percentile(IReadOnlyList<decimal> ascending, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(ascending.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);

        // In whole numbers: 0.95 * 20 is a little more than 19 in floating point, and its ceiling one rank too high.
        var rank = (((long)ascending.Count * percent) + 99) / 100;
        return ascending[(int)rank - 1];
    }

    private static CostSummary Of(IGrouping<string, JobCost> costs)
    {
        var all = costs.ToArray();
        var known = all.Where(cost => cost.Unknown is null).Select(cost => cost.Actual).Order().ToArray();
        return new CostSummary
        {
            Currency = costs.Key,
            Jobs = all.Length,
            Estimated = all.Sum(cost => cost.Estimated),
            Actual = all.Sum(cost => cost.Actual),
            P50 = known.Length == 0 ? null : Percentile(known, 50),
            P95 = known.Length == 0 ? null : Percentile(known, 95),
            Unknown = all.Length - known.Length,
        };
    }
}
