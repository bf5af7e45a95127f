namespace Workers.Benchmarks.Telemetry;

/// <summary>How one series of measurements stands to another that was taken in turns with it.</summary>
internal static class Ratio
{
    /// <summary>The median of the pairs' quotients, with the interval that holds the true median in at least 95 of 100 such series (the sign test's: of 10 pairs the second least to the second greatest).</summary>
    public static string Of(IReadOnlyList<double> these, IReadOnlyList<double> those)
    {
        double[] quotients = [.. these.Zip(those, (one, other) => one / other).Order()];
        var cut = Cut(quotients.Length);
        return $"median {Percent(Median(quotients))}, interval {Percent(quotients[cut])} to {Percent(quotients[^(cut + 1)])} ({quotients.Length} pairs)";
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    /// <summary>How many may be left out at either end: as many heads of that many coins, or fewer, come up in less than 2.5 of 100 throws.</summary>
    private static int Cut(int count)
    {
        var (cut, chance, tail) = (0, Math.Pow(0.5, count), 0.0);
        while ((tail += chance) < 0.025)
        {
            cut++;
            chance *= (double)(count - cut + 1) / cut;
        }

        return Math.Max(0, cut - 1);
    }

    private static string Percent(double quotient) => $"{(quotient - 1) * 100:+0.0;-0.0} %";
}
