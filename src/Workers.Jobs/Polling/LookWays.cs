using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>How tasks are looked at.</summary>
internal enum LookWay
{
    /// <summary>Many of an account in one call.</summary>
    List,

    /// <summary>Many of an account and a model in one call.</summary>
    ListByModel,

    /// <summary>One by one.</summary>
    Get,
}

/// <summary>
/// Which way of looking works at each account, as this process has found out. Lists are the first choice, and are tried anew now and then where they are refused. Any thread.
/// </summary>
internal sealed class LookWays(IOptions<PollingOptions> options)
{
    /// <summary>Lists that fail so often in a row are taken for refused, whatever they say.</summary>
    private const int Patience = 3;

    private readonly ConcurrentDictionary<string, (LookWay Way, DateTimeOffset Until)> _found = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _hiding = new(StringComparer.Ordinal);

    /// <summary>The way to look now.</summary>
    public LookWay Of(string account, DateTimeOffset now) => _found.TryGetValue(account, out var found) && now < found.Until ? found.Way : LookWay.List;

    /// <summary>A way has worked.</summary>
    /// <returns>Whether it is another than was known.</returns>
    public bool Worked(string account, LookWay way, DateTimeOffset now)
    {
        var was = _found.TryGetValue(account, out var found) ? found.Way : LookWay.List;
        if (way == LookWay.List)
        {
            _found.TryRemove(account, out _);
            _failures.TryRemove(account, out _);
        }
        else if (way != was || now >= found.Until)
        {
            _found[account] = (way, now + options.Value.ListAgainAfter);
        }

        return way != was;
    }

    /// <summary>What to try at once after a way has failed; null: nothing, the same may work later.</summary>
    public LookWay? After(string account, LookWay way, LookRefusal refusal) => (way, refusal) switch
    {
        (LookWay.List, LookRefusal.NotAllowed) => LookWay.ListByModel,
        (LookWay.List or LookWay.ListByModel, LookRefusal.NotOffered or LookRefusal.NotAllowed) => LookWay.Get,
        (LookWay.List, _) => _failures.AddOrUpdate(account, 1, (_, count) => count + 1) >= Patience ? LookWay.Get : null,
        _ => null,
    };

    /// <summary>A task was seen that the account's lists do not show.</summary>
    public void SeenBesideTheList(string account, DateTimeOffset now) => _hiding[account] = now + options.Value.ListAgainAfter;

    /// <summary>Whether the account's lists are known to hide tasks: then they prove no absence.</summary>
    public bool ListHides(string account, DateTimeOffset now) => _hiding.TryGetValue(account, out var until) && now < until;
}
