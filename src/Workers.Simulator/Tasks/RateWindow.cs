namespace Workers.Simulator.Tasks;

/// <summary>At most so many calls within any stretch of time. Calls that were refused do not count. Not safe for several threads.</summary>
/// <param name="limit">0: unlimited.</param>
internal sealed class RateWindow(int limit, TimeSpan stretch)
{
    private readonly Queue<DateTimeOffset> _begun = new();

    public bool TryBegin(DateTimeOffset now)
    {
        if (limit == 0)
        {
            return true;
        }

        while (_begun.TryPeek(out var oldest) && oldest <= now - stretch)
        {
            _begun.Dequeue();
        }

        if (_begun.Count >= limit)
        {
            return false;
        }

        _begun.Enqueue(now);
        return true;
    }
}
