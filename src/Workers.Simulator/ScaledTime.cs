namespace Workers.Simulator;

/// <summary>
/// A clock that starts at the system's time and runs <see cref="Scale"/> times as fast: readings and timers alike, so that a whole process can
/// live in the provider's time. A timer never fires early; it may be late by some system milliseconds times the scale.
/// </summary>
public sealed class ScaledTime : TimeProvider
{
    private const double LongestTimerMilliseconds = uint.MaxValue - 2d;

    private readonly DateTimeOffset _startedAt;
    private readonly long _startedAtTimestamp = System.GetTimestamp();

    /// <param name="scale">How many seconds of this clock pass in one of the system's; 1 is the system's own pace.</param>
    /// <param name="since">When the clock showed the system's time: the same in all processes that share it. Default: now.</param>
    /// <exception cref="ArgumentOutOfRangeException">The scale is not a positive, finite number.</exception>
    public ScaledTime(double scale, DateTimeOffset? since = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        if (!double.IsFinite(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale must be finite.");
        }

        Scale = scale;
        var now = System.GetUtcNow();
        _startedAt = since is { } origin ? origin + ((now - origin) * scale) : now;
    }

    /// <summary>How many seconds of this clock pass in one of the system's.</summary>
    public double Scale { get; }

    public override long TimestampFrequency => System.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _startedAt + (System.GetElapsedTime(_startedAtTimestamp) * Scale);

    public override long GetTimestamp() => _startedAtTimestamp + (long)((System.GetTimestamp() - _startedAtTimestamp) * Scale);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, callback, state, dueTime, period);

    private TimeSpan ToSystem(TimeSpan wait) => wait <= TimeSpan.Zero
        ? wait
        : TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(wait.TotalMilliseconds / Scale), LongestTimerMilliseconds));

    /// <summary>The system's timers go by a coarse clock and may fire milliseconds early, which the scale would turn into seconds: those wait once more.</summary>
    private sealed class ScaledTimer : ITimer
    {
        private readonly ScaledTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _timer;
        private readonly Lock _gate = new();

        // Under the gate.
        private long _notBefore;
        private TimeSpan _period;

        public ScaledTimer(ScaledTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_time, _callback, _state) = (time, callback, state);
            _timer = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                _notBefore = _time.GetTimestamp() + (long)(dueTime.TotalSeconds * _time.TimestampFrequency);
                _period = period;
                return _timer.Change(_time.ToSystem(dueTime), _time.ToSystem(period));
            }
        }

        public void Dispose() => _timer.Dispose();

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void Fire()
        {
            lock (_gate)
            {
                var now = _time.GetTimestamp();
                if (now < _notBefore)
                {
                    _timer.Change(_time.ToSystem(_time.GetElapsedTime(now, _notBefore)), _time.ToSystem(_period));
                    return;
                }

                _notBefore = 0;
            }

            _callback(_state);
        }
    }
}
