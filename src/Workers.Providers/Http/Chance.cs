namespace Workers.Providers.Http;

/// <summary>The source of chance, so that a test can seed it.</summary>
internal sealed class Chance(Random random)
{
    private readonly Lock _lock = new();

#pragma warning disable CA5394 // Names calls and spreads retries; nothing secret depends on it.
    public string Letters(int length)
    {
        lock (_lock)
        {
            return new string(random.GetItems<char>("abcdefghijklmnopqrstuvwxyz0123456789", length));
        }
    }

    /// <summary>At least 0 and below 1.</summary>
    public double Share()
    {
        lock (_lock)
        {
            return random.NextDouble();
        }
    }
#pragma warning restore CA5394
}
