using System.Globalization;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Delays;

/// <summary>The waits that the broker keeps a queue for: what is to be delivered later lies in one of them until its time is up.</summary>
public sealed class DelayLadder
{
    private static readonly TimeSpan[] Usual =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1),
    ];

    public DelayLadder(RabbitMqOptions options) => Rungs = [.. (options.DelayRungs.Count > 0 ? options.DelayRungs : Usual).Select(wait => new DelayRung(wait))];

    /// <summary>Shortest first.</summary>
    public IReadOnlyList<DelayRung> Rungs { get; }

    /// <summary>
    /// The rung that a delay is kept on: the shortest that is no shorter, so that nothing comes early; longer than the longest is the longest. One in four goes one rung higher, so
    /// that what failed together does not come back together.
    /// </summary>
    /// <param name="delay">The wait that was asked for.</param>
    /// <param name="chance">Between 0 and 1, from the fleet's source of chance.</param>
    public DelayRung Pick(TimeSpan delay, double chance)
    {
        var rung = Rungs.TakeWhile(rung => rung.Wait < delay).Count();
        return Rungs[Math.Min(chance < Higher ? rung + 1 : rung, Rungs.Count - 1)];
    }

    /// <summary>The share of delays that go one rung higher.</summary>
    public const double Higher = 0.25;
}

/// <summary>One wait, with the queue that keeps it.</summary>
/// <param name="Wait">How long.</param>
public sealed record DelayRung(TimeSpan Wait)
{
    /// <summary>The queue, and the exchange in front of it: <c>workers-delay-5s</c>.</summary>
    public string Queue => "workers-delay-" + (Wait switch
    {
        { TotalMilliseconds: var ms } when ms % 1000 != 0 => string.Create(CultureInfo.InvariantCulture, $"{ms}ms"),
        { TotalSeconds: var s } when s % 60 != 0 => string.Create(CultureInfo.InvariantCulture, $"{s}s"),
        { TotalMinutes: var m } when m % 60 != 0 => string.Create(CultureInfo.InvariantCulture, $"{m}m"),
        { TotalHours: var h } => string.Create(CultureInfo.InvariantCulture, $"{h}h"),
    });
}
