using Workers.Testing.Broker;
using Workers.Testing.Tls;

namespace Workers.RabbitMq.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_broker_speaks_TLS
{
    private const string Name = "rabbit.example.org";

    [Test]
    public async Task The_authority_and_the_name_are_accepted_by_the_topology_and_by_the_bus()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var tls = new TlsProxy(new Uri(host.Url), Name);
        await using var bus = await ConnectedBus.StartAsync(("Url", tls.Url.ToString()), ("Tls:AuthorityFile", tls.AuthorityFile), ("Tls:ServerName", Name));
        await bus.HearsAsync("hello");
        Assert.That(tls.Connections, Is.GreaterThanOrEqualTo(2), "one for the topology, one for the bus");
        Assert.That(tls.Version, Is.EqualTo("Tls13"));
    }

    [TestCase("another.example.org", true, TestName = "{m}(another name)")]
    [TestCase(Name, false, TestName = "{m}(a certificate that is none of a server)")]
    public async Task A_certificate_that_is_not_the_brokers_is_refused(string name, bool forServers)
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var tls = new TlsProxy(new Uri(host.Url), name, forServers);
        await using var bus = await ConnectedBus.StartAsync(("Url", tls.Url.ToString()), ("Tls:AuthorityFile", tls.AuthorityFile), ("Tls:ServerName", Name));
        await bus.WaitsForAsync($"shows no certificate that is trusted and has the name {Name}");
        Assert.That(tls.Connections, Is.Zero);
    }

    [Test]
    public async Task An_authority_that_the_machine_does_not_know_is_refused_unless_it_is_named()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var tls = new TlsProxy(new Uri(host.Url), Name);
        await using var bus = await ConnectedBus.StartAsync(("Url", tls.Url.ToString()), ("Tls:ServerName", Name));
        await bus.WaitsForAsync("shows no certificate that is trusted");
        Assert.That(tls.Connections, Is.Zero);
    }

    [Test]
    public async Task The_authority_is_read_again_at_each_connect()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var tls = new TlsProxy(new Uri(host.Url), Name);
        await using var stranger = new TlsProxy(new Uri(host.Url), Name);
        var authority = Path.Combine(Path.GetTempPath(), $"workers-{Guid.NewGuid():N}.pem");
        File.Copy(stranger.AuthorityFile, authority);
        try
        {
            await using var bus = await ConnectedBus.StartAsync(("Url", tls.Url.ToString()), ("Tls:AuthorityFile", authority), ("Tls:ServerName", Name));
            await bus.WaitsForAsync("shows no certificate that is trusted");
            File.Copy(tls.AuthorityFile, authority, overwrite: true);
            await bus.HearsAsync("hello");
        }
        finally
        {
            File.Delete(authority);
        }
    }

    [Test]
    public async Task The_connection_of_the_bus_itself_is_as_strict()
    {
        await using var host = await VirtualHost.CreateAsync();

        // The topology's connection and the bus's trial see the right certificate, the bus itself another.
        await using var tls = new TlsProxy(new Uri(host.Url), Name) { TrueFor = 2 };
        await using var bus = await ConnectedBus.StartAsync(("Url", tls.Url.ToString()), ("Tls:AuthorityFile", tls.AuthorityFile), ("Tls:ServerName", Name));
        await bus.EventuallyAsync(() => Task.FromResult(tls.Handshakes >= 3 && bus.Logs.Contains("AuthenticationException", StringComparison.Ordinal)), "The bus should refuse the certificate.");
        Assert.That(tls.Connections, Is.EqualTo(2));
        tls.TrueFor = int.MaxValue;
        await bus.HearsAsync("hello");
    }

    [Test]
    public async Task A_node_that_is_dead_is_passed_over()
    {
        await using var host = await VirtualHost.CreateAsync();
        await using var tls = new TlsProxy(new Uri(host.Url), Name);
        var dead = new UriBuilder(tls.Url) { Port = 1 }.Uri.ToString();
        await using var bus = await ConnectedBus.StartAsync(("Url", dead), ("Nodes:0", $"127.0.0.1:{tls.Url.Port}"), ("Tls:AuthorityFile", tls.AuthorityFile), ("Tls:ServerName", Name));
        await bus.HearsAsync("hello");
    }
}
