using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.MongoDb.Connections;
using Workers.Testing.Broker;

namespace Workers.Testing.Stores;

/// <summary>A database of a test's own in the MongoDB of the tests; dropped in the end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    /// <summary>Empty, with all indexes: making these takes far longer than most tests.</summary>
    private static readonly ConcurrentBag<TestDatabase> Emptied = [];

    private readonly BrokerProxy? _wire;
    private bool _isLent;

    private TestDatabase(MongoDbOptions options, bool isOnAWire)
    {
        if (isOnAWire)
        {
            _wire = new BrokerProxy(new Uri(options.Url!));
            options.Url = _wire.Url.ToString();
        }

        Options = options;
        Store = Open();
    }

    public MongoDbOptions Options { get; }

    /// <summary>Its address, with its name in it.</summary>
    public string Url
    {
        get
        {
            var url = new MongoUrlBuilder(Options.Url) { DatabaseName = Options.Database };
            url.AuthenticationSource ??= url.Username is null ? null : "admin"; // the user is not this database's
            return url.ToString();
        }
    }

    /// <summary>The way to it.</summary>
    public Store Store { get; }

    /// <summary>The wire to it, where it is on one.</summary>
    public BrokerProxy Wire => _wire!;

    /// <summary>Ignores the running test where there is no store.</summary>
    public static Task<TestDatabase> CreateAsync(Action<MongoDbOptions>? configure = null) => CreateAsync(isOnAWire: false, configure);

    /// <summary>The same, by a wire that the test can break, and with little patience between two tries.</summary>
    public static Task<TestDatabase> CreateOnAWireAsync(Action<MongoDbOptions>? configure = null) => CreateAsync(isOnAWire: true, options =>
    {
        options.LongestPause = TimeSpan.FromMilliseconds(100);
        options.CallTimeout = TimeSpan.FromSeconds(2);
        configure?.Invoke(options);
    });

    /// <summary>An empty one that may have served another test before, for tests that leave nothing running and its indexes as they are. Given back, not disposed.</summary>
    public static async Task<TestDatabase> BorrowAsync()
    {
        if (!Emptied.TryTake(out var database))
        {
            database = await CreateAsync();
            database._isLent = true;
        }

        return database;
    }

    /// <summary>Empties it for the next; one that was made for a test alone is dropped.</summary>
    public async Task GiveBackAsync()
    {
        if (!_isLent)
        {
            await DisposeAsync();
            return;
        }

        foreach (var collection in await (await Store.Database.ListCollectionNamesAsync()).ToListAsync())
        {
            await Store.Database.GetCollection<BsonDocument>(collection).DeleteManyAsync(FilterDefinition<BsonDocument>.Empty);
        }

        Emptied.Add(this);
    }

    /// <summary>Drops those that were given back, when all tests are over.</summary>
    public static async Task DropEmptiedAsync()
    {
        while (Emptied.TryTake(out var empty))
        {
            await empty.DisposeAsync();
        }
    }

    private static async Task<TestDatabase> CreateAsync(bool isOnAWire, Action<MongoDbOptions>? configure)
    {
        var server = await TestStore.RequireAsync();
        var options = new MongoDbOptions { Url = server.Url, Database = $"test_{Guid.NewGuid():N}" };
        configure?.Invoke(options);
        return new TestDatabase(options, isOnAWire);
    }

    /// <summary>A further way to it, as another process has.</summary>
    public Store Open(Action<MongoClientSettings>? configure = null)
    {
        var address = new StoreAddress(Options);
        configure?.Invoke(address.Settings);
        return new(address, Microsoft.Extensions.Options.Options.Create(Options), new StoreClock(TimeProvider.System, TimeProvider.System), TimeProvider.System, NullLogger<Store>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.Database.Client.DropDatabaseAsync(Options.Database);
        Store.Dispose();
        if (_wire is not null)
        {
            await _wire.DisposeAsync();
        }
    }
}
