namespace Workers.Simulator;

/// <summary>
/// A clock that starts at the system's time and runs <see cref="Scale"/> times as fast: readings and timers alike, so that a whole process can
/// live in the provider's time. A timer never fires early; it may be late by two system milliseconds times the scale.
/// </summary>
public sealed class ScaledTime : TimeProvider
{
    // The system's timers count in whole milliseconds from a truncated start: rounding up and one more keeps them from firing early.
    private const double EarlyByMilliseconds = 1;
    private const double LongestTimerMilliseconds = uint.MaxValue - 2d;

    private readonly DateTimeOffset _startedAt = System.GetUtcNow();
    private readonly long _startedAtTimestamp = System.GetTimestamp();

    /// <param name="scale">How many seconds of this clock pass in one of the system's; 1 is the system's own pace.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not a positive, finite number.</exception>
    public ScaledTime(double scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        if (!double.IsFinite(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale must be finite.");
        }

        Scale = scale;
    }

    /// <summary>How many seconds of this clock pass in one of the system's.</summary>
    public double Scale { get; }

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _startedAt + (System.GetElapsedTime(_startedAtTimestamp) * Scale);

    public override long GetTimestamp() => _startedAtTimestamp + (long)((System.GetTimestamp() - _startedAtTimestamp) * Scale);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, System.CreateTimer(callback, state, ToSystem(dueTime), ToSystem(period)));

    private TimeSpan ToSystem(TimeSpan wait) => wait <= TimeSpan.Zero
        ? wait
        : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds / Scale) + EarlyByMilliseconds, LongestTimerMilliseconds));

    private sealed class ScaledTimer(ScaledTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.ToSystem(dueTime), time.ToSystem(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
