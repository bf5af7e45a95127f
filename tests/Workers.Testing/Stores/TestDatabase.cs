using Microsoft.Extensions.Logging.Abstractions;
using MongoDB.Driver;
using Workers.MongoDb.Connections;

namespace Workers.Testing.Stores;

/// <summary>A database of a test's own in the MongoDB of the tests; dropped in the end.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(MongoDbOptions options)
    {
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

    /// <summary>Ignores the running test where there is no store.</summary>
    public static async Task<TestDatabase> CreateAsync(Action<MongoDbOptions>? configure = null)
    {
        var server = await TestStore.RequireAsync();
        var options = new MongoDbOptions { Url = server.Url, Database = $"test_{Guid.NewGuid():N}" };
        configure?.Invoke(options);
        return new TestDatabase(options);
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
    }
}
