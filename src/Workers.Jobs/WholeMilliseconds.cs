namespace Workers.Jobs;

/// <summary>The time as every store keeps it: in whole milliseconds. What is told from memory and what is told from the record are then the same.</summary>
internal static class WholeMilliseconds
{
    public static DateTimeOffset Now(this TimeProvider time)
    {
        var now = time.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }
}
