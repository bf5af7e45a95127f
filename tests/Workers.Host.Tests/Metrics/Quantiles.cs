using System.Globalization;
using System.Text.RegularExpressions;

namespace Workers.Host.Tests.Metrics;

/// <summary>Computes a quantile as Prometheus does, of a page that began at zero: all rates are then what was counted, by one and the same time.</summary>
internal static partial class Quantiles
{
    /// <summary>What an expression of the form <c>histogram_quantile(0.95, sum by (le, label) (rate(name_bucket[...])))</c> gives.</summary>
    /// <param name="expression">As a dashboard has it.</param>
    /// <param name="page">What a scraper got.</param>
    /// <param name="only">A label and its value that samples must have.</param>
    public static double Of(string expression, string page, (string Label, string Value) only)
    {
        var query = Query().Match(expression);
        var quantile = double.Parse(query.Groups[1].Value, CultureInfo.InvariantCulture);
        var buckets = Samples(page, query.Groups[2].Value)
            .Where(sample => sample.Labels.GetValueOrDefault(only.Label) == only.Value)
            .GroupBy(sample => Number(sample.Labels["le"]))
            .Select(bound => (Bound: bound.Key, Count: bound.Sum(sample => sample.Value)))
            .OrderBy(bucket => bucket.Bound)
            .ToList();

        var rank = quantile * buckets[^1].Count;
        var found = buckets.FindIndex(bucket => bucket.Count >= rank);
        if (double.IsPositiveInfinity(buckets[found].Bound))
        {
            return buckets[found - 1].Bound; // it lies beyond the last bound, and nobody knows how far
        }

        var (low, before) = found == 0 ? (0, 0) : buckets[found - 1];
        return low + ((buckets[found].Bound - low) * (rank - before) / (buckets[found].Count - before));
    }

    /// <summary>The bounds of a histogram's buckets.</summary>
    public static IEnumerable<double> Bounds(string page, string name) => Samples(page, name).Select(sample => Number(sample.Labels["le"])).Distinct();

    /// <summary>Whether an expression asks for a quantile.</summary>
    public static bool IsOne(string expression) => expression.Contains("histogram_quantile", StringComparison.Ordinal);

    /// <summary>The name of the histogram that an expression reads.</summary>
    public static string Histogram(string expression) => Query().Match(expression) is { Success: true } query
        ? query.Groups[2].Value
        : throw new FormatException($"A quantile of another form: {expression}");

    private static IEnumerable<(Dictionary<string, string> Labels, double Value)> Samples(string page, string name) => page.Split('\n')
        .Where(line => line.StartsWith($"{name}_bucket{{", StringComparison.Ordinal))
        .Select(line => (
            Label().Matches(line).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value),
            Number(line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0])));

    private static double Number(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^histogram_quantile\(([0-9.]+), sum by \(le(?:, \w+)?\) \(rate\((\w+)_bucket\[[^\]]+\]\)\)\)$")]
    private static partial Regex Query();

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
