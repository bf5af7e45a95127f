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

    /// <summary>What all of them did cost.</summary>
    public required decimal Actual { get; init; }

    /// <summary>Half of the jobs did cost at most this.</summary>
    public required decimal P50 { get; init; }

    /// <summary>95 of 100 jobs did cost at most this.</summary>
    public required decimal P95 { get; init; }

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
        var actual = costs.Select(cost => cost.Actual).Order().ToArray();
        return new CostSummary
        {
            Currency = costs.Key,
            Jobs = actual.Length,
            Estimated = costs.Sum(cost => cost.Estimated),
            Actual = actual.Sum(),
            P50 = Percentile(actual, 50),
            P95 = Percentile(actual, 95),
        };
    }
}
