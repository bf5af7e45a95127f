using Workers.MongoDb.Connections;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Connections;

/// <summary>A database that is reached by a wire which a test can break, and by another one that always works.</summary>
internal sealed class StoreOnAWire : IAsyncDisposable
{
    private readonly TestDatabase _through;
    private readonly TestDatabase _directly;

    private StoreOnAWire(TestDatabase through, TestDatabase directly)
    {
        (_through, _directly) = (through, directly);

        // The driver's own second try would hide what ours does.
        Store = _through.Open(settings => settings.RetryWrites = false);
    }

    public BrokerProxy Wire => _through.Wire;

    /// <summary>The way over the wire.</summary>
    public Store Store { get; }

    public StoreAddress Address => new(_through.Options);

    /// <summary>The other way.</summary>
    public Store Directly => _directly.Store;

    public static async Task<StoreOnAWire> CreateAsync(TimeSpan? longestWait = null)
    {
        var through = await TestDatabase.CreateOnAWireAsync(options => options.LongestWait = longestWait ?? options.LongestWait);
        return new StoreOnAWire(through, await TestDatabase.CreateAsync(options => options.Database = through.Options.Database));
    }

    public async ValueTask DisposeAsync()
    {
        Wire.Mend();
        Store.Dispose();
        await _directly.DisposeAsync();
        await _through.DisposeAsync();
    }
}
