using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Tls;
using Workers.MongoDb.Connections;
using Workers.Testing;
using Workers.Testing.Stores;
using Workers.Testing.Tls;

namespace Workers.MongoDb.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_store_speaks_TLS
{
    private const string Name = "mongo.example.org";

    [Test]
    public async Task The_authority_and_the_name_are_accepted()
    {
        await using var tls = await ProxyAsync(Name);
        using var store = await OpenAsync(tls, options => (options.AuthorityFile, options.ServerName) = (tls.AuthorityFile, Name));

        await PingAsync(store);

        Assert.That(tls.Connections, Is.Positive);
        Assert.That(tls.Version, Is.EqualTo("Tls13"));
    }

    [TestCase("another.example.org", true, TestName = "{m}(another name)")]
    [TestCase(Name, false, TestName = "{m}(a certificate that is none of a server)")]
    public async Task A_certificate_that_is_not_the_stores_is_refused(string name, bool forServers)
    {
        await using var tls = await ProxyAsync(name, forServers);
        using var store = await OpenAsync(tls, options => (options.AuthorityFile, options.ServerName) = (tls.AuthorityFile, Name));

        await ShouldRefuseAsync(store, tls);
    }

    [Test]
    public async Task An_authority_that_the_machine_does_not_know_is_refused_unless_it_is_named()
    {
        await using var tls = await ProxyAsync(Name);
        using var store = await OpenAsync(tls, options => options.ServerName = Name);

        await ShouldRefuseAsync(store, tls);
    }

    /// <summary>The address's host is 127.0.0.1, which is not in the certificate.</summary>
    [Test]
    public async Task The_host_of_the_address_is_the_name_where_none_is_given()
    {
        await using var tls = await ProxyAsync(Name);
        using var store = await OpenAsync(tls, options => options.AuthorityFile = tls.AuthorityFile);

        await ShouldRefuseAsync(store, tls);
    }

    [Test]
    public async Task The_authority_is_read_again_at_each_connect()
    {
        await using var tls = await ProxyAsync(Name);
        await using var stranger = await ProxyAsync(Name);
        var authority = Path.Combine(Path.GetTempPath(), $"workers-{Guid.NewGuid():N}.pem");
        File.Copy(stranger.AuthorityFile, authority);
        try
        {
            using var store = await OpenAsync(tls, options => (options.AuthorityFile, options.ServerName) = (authority, Name));
#pragma warning disable CA2025 // It is awaited below, and a store that is disposed of ends it.
            var asked = PingAsync(store);
#pragma warning restore CA2025
            await Eventually.HoldsAsync(() => store.Trouble is not null, () => "The store should be in trouble.");
            File.Copy(tls.AuthorityFile, authority, overwrite: true);

            await asked;
        }
        finally
        {
            File.Delete(authority);
        }
    }

    [Test]
    public async Task A_store_that_asks_for_a_certificate_is_shown_the_fleets()
    {
        await using var tls = await ProxyAsync(Name, asksForCertificate: true);
        var (certificate, key) = tls.Issue("workers.example.org");
        using var store = await OpenAsync(
            tls,
            options => (options.AuthorityFile, options.ServerName, options.CertificateFile, options.KeyFile) = (tls.AuthorityFile, Name, certificate, key));

        await PingAsync(store);

        Assert.That(tls.Shown, Is.EqualTo("workers.example.org"));
    }

    private static async Task<TlsProxy> ProxyAsync(string name, bool forServers = true, bool asksForCertificate = false)
    {
        var server = new MongoUrl((await TestStore.RequireAsync()).Url).Server;
        return new TlsProxy(new Uri($"mongodb://{server}"), name, forServers) { AsksForCertificate = asksForCertificate };
    }

    private static async Task<Store> OpenAsync(TlsProxy tls, Action<TlsOptions> configure)
    {
        var url = new MongoUrlBuilder((await TestStore.RequireAsync()).Url)
        {
            Server = new MongoServerAddress("127.0.0.1", tls.Url.Port),
            UseTls = true,
            DirectConnection = true,
        };
        var options = new MongoDbOptions
        {
            Url = url.ToString(),
            Database = $"test_{Guid.NewGuid():N}",
            CallTimeout = TimeSpan.FromSeconds(2),
            LongestWait = TimeSpan.FromSeconds(20),
            LongestPause = TimeSpan.FromMilliseconds(50),
        };
        configure(options.Tls);
        var address = new StoreAddress(options);
        return new Store(address, Options.Create(options), new StoreClock(TimeProvider.System, TimeProvider.System), TimeProvider.System, NullLogger<Store>.Instance);
    }

    private static Task<BsonDocument> PingAsync(Store store) => PingAsync(store, CancellationToken.None);

    /// <summary>Without the fleet's indexes, which nobody would drop again.</summary>
    private static async Task<BsonDocument> PingAsync(Store store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.RunAsync(token => store.Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: token), cancellationToken);
        }
        finally
        {
            if (store.IsPrepared)
            {
                await store.Database.Client.DropDatabaseAsync(store.Database.DatabaseNamespace.DatabaseName, CancellationToken.None);
            }
        }
    }

    private static async Task ShouldRefuseAsync(Store store, TlsProxy tls)
    {
        using var patience = new CancellationTokenSource();
        var asked = PingAsync(store, patience.Token);
        await Eventually.HoldsAsync(() => store.Trouble is not null, () => "The store should be in trouble.");
        Assert.That(store.Trouble, Does.Contain("shows no certificate that is trusted and has its name"));
        Assert.That(tls.Connections, Is.Zero);
        await patience.CancelAsync();
        Assert.That(async () => await asked, Throws.InstanceOf<OperationCanceledException>());
    }
}
