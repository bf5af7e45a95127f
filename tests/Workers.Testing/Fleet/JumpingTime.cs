using Workers.Simulator;

namespace Workers.Testing.Fleet;

/// <summary>A fast clock that can be put forward at once, by days if need be. Timers under way do not notice; whoever looks at the clock does.</summary>
internal sealed class JumpingTime(double scale) : TimeProvider
{
    private readonly ScaledTime _time = new(scale);
    private long _aheadTicks;

    public override long TimestampFrequency => _time.TimestampFrequency;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _aheadTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    public override long GetTimestamp() => _time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);
}
