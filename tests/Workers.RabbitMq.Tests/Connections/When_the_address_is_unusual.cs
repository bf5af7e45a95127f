using System.Net.Http.Json;
using Workers.RabbitMq.Connections;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_address_is_unusual
{
    [Test]
    public async Task A_dead_first_node_is_passed_over()
    {
        await using var host = await VirtualHost.CreateAsync();
        var broker = new Uri(host.Url);
        await using var bus = await ConnectedBus.StartAsync(("Url", new UriBuilder(broker) { Port = 1 }.Uri.ToString()), ("Nodes:0", "127.0.0.1:2"), ("Nodes:1", $"{broker.Host}:{broker.Port}"));
        await bus.HearsAsync("hello");
    }

    [Test]
    public async Task A_virtual_host_may_be_named_with_any_characters()
    {
        await using var host = await VirtualHost.CreateAsync();
        var name = $"{host.Name}/größer & 100 % #?";
        var path = new Uri($"api/vhosts/{Uri.EscapeDataString(name)}", UriKind.Relative);
        using (var made = await host.Management.PutAsJsonAsync(path, new { }))
        {
            made.EnsureSuccessStatusCode();
        }

        try
        {
            await using var bus = await ConnectedBus.StartAsync(("Url", host.Url.Replace(host.Name, Uri.EscapeDataString(name), StringComparison.Ordinal)));
            await bus.HearsAsync("hello");
        }
        finally
        {
            using var gone = await host.Management.DeleteAsync(path);
        }
    }

    [Test]
    public async Task A_virtual_host_that_is_not_there_is_told()
    {
        var broker = await TestBroker.RequireAsync();
        await using var bus = await ConnectedBus.StartAsync(("Url", new UriBuilder(broker.Amqp) { Path = "nowhere" }.Uri.ToString()));
        await bus.WaitsForAsync("has no virtual host nowhere, or does not let the user into it");
    }

    [Test]
    public void The_address_is_shown_without_user_and_password() => Assert.That(
        new BrokerAddress(new RabbitMqOptions { Url = "amqps://canary:canary@rabbit.example.org/a%2Fb", Nodes = { "second:5673" } }).ToString(),
        Is.EqualTo("amqps://rabbit.example.org:5671,second:5673/a/b"));
}
