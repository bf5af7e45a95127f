using System.Diagnostics.Metrics;

namespace Workers.Jobs.Telemetry;

/// <summary>Histograms with bounds of their own: without them they have those of milliseconds, and what takes minutes lies beyond the last.</summary>
internal static class BoundedHistograms
{
    /// <summary>A histogram with these upper bounds of its buckets, in its unit.</summary>
    public static Histogram<T> CreateHistogram<T>(this Meter meter, string name, string unit, string description, T[] bounds)
        where T : struct => meter.CreateHistogram(name, unit, description, tags: null, new InstrumentAdvice<T> { HistogramBucketBoundaries = bounds });
}
