using System.Collections.Concurrent;

namespace Workers.Jobs.Polling;

/// <summary>The rounds that this process holds just now.</summary>
internal sealed class HeldRounds
{
    private readonly ConcurrentDictionary<RoundHold, byte> _holds = [];

    /// <summary>Those whose lease ran out although they are still under way: another process may have taken them.</summary>
    public IReadOnlyList<RoundHold> Lapsed => [.. _holds.Keys.Where(hold => hold.HasLapsed).OrderBy(hold => hold.Account, StringComparer.Ordinal)];

    public void Add(RoundHold hold) => _holds[hold] = 0;

    public void Remove(RoundHold hold) => _holds.TryRemove(hold, out _);
}
