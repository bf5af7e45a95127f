using MongoDB.Bson;
using MongoDB.Driver;

namespace Workers.MongoDb.Connections;

/// <summary>
/// Tells the time by the store's clock, so that leases and due times mean the same to every process, however wrong its machine's clock is. What is measured with it, such as the time
/// that a call takes, is the process's own.
/// </summary>
/// <param name="time">The process's clock.</param>
/// <param name="machine">The clock that the store's is compared with.</param>
internal sealed class StoreClock(TimeProvider time, TimeProvider machine) : TimeProvider
{
    private long _aheadTicks;
    private Comparison? _compared;

    /// <summary>How far the store's clock is ahead of the machine's.</summary>
    public TimeSpan Ahead => TimeSpan.FromTicks(Interlocked.Read(ref _aheadTicks));

    /// <summary>By how much the machine's clock was set since it was compared with the store's: what it went on by, beyond the time that passed. Zero before it was ever compared.</summary>
    public TimeSpan SetSince => Volatile.Read(ref _compared) is { } compared ? machine.GetUtcNow() - compared.At - machine.GetElapsedTime(compared.Timestamp) : TimeSpan.Zero;

    public override TimeZoneInfo LocalTimeZone => time.LocalTimeZone;
    public override long TimestampFrequency => time.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + Ahead;

    public override long GetTimestamp() => time.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Asks the store for its time.</summary>
    public async Task MeasureAsync(IMongoDatabase database, CancellationToken cancellationToken)
    {
        var began = machine.GetUtcNow();
        var hello = await database.RunCommandAsync<BsonDocument>(new BsonDocument("hello", 1), cancellationToken: cancellationToken);
        Heard(hello["localTime"].ToUniversalTime(), began, machine.GetUtcNow());
    }

    /// <summary>The store's time lies between its question and its answer: where ours does too, as far as anyone can tell they agree.</summary>
    internal void Heard(DateTimeOffset told, DateTimeOffset began, DateTimeOffset ended)
    {
        var agrees = told >= began - Precision && told <= ended + Precision;
        Interlocked.Exchange(ref _aheadTicks, agrees ? 0 : (told - began - ((ended - began) / 2)).Ticks);
        Volatile.Write(ref _compared, new Comparison(machine.GetUtcNow(), machine.GetTimestamp()));
    }

    /// <summary>The store tells whole milliseconds.</summary>
    private static TimeSpan Precision => TimeSpan.FromMilliseconds(1);

    /// <summary>When the clocks were compared, by what can be set and by what can't.</summary>
    private sealed record Comparison(DateTimeOffset At, long Timestamp);
}
