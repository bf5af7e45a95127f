using System.Net.Http.Json;
using RabbitMQ.Client;
using Workers.RabbitMq.Rights;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Rights;

/// <summary>Users of a broker that go with their fixture.</summary>
internal sealed class BrokerUsers(VirtualHost broker) : IAsyncDisposable
{
    private readonly List<string> _names = [];

    /// <summary>Makes a user with these rights, and gives the address to connect with.</summary>
    public async Task<string> AddAsync(BrokerRights rights)
    {
        var name = NameOf(rights);
        _names.Add(name);
        await PutAsync($"api/users/{name}", new { password = name, tags = "" });
        await PutAsync($"api/permissions/{broker.Name}/{name}", new { configure = rights.Configure, write = rights.Write, read = rights.Read });
        return AddressOf(rights);
    }

    /// <summary>Which routing keys of an exchange the user may bind.</summary>
    public Task LimitTopicAsync(BrokerRights rights, string exchange, string read) =>
        PutAsync($"api/topic-permissions/{broker.Name}/{NameOf(rights)}", new { exchange, write = "^$", read });

    public string NameOf(BrokerRights rights) => $"{broker.Name}-{rights.Who.Replace(' ', '-')}";

    public async Task<IConnection> ConnectAsync(BrokerRights rights) => await new ConnectionFactory { Uri = new Uri(AddressOf(rights)) }.CreateConnectionAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var name in _names)
        {
            using var response = await broker.Management.DeleteAsync(new Uri($"api/users/{name}", UriKind.Relative));
        }
    }

    private string AddressOf(BrokerRights rights) => new UriBuilder(broker.Url) { UserName = NameOf(rights), Password = NameOf(rights) }.Uri.ToString();

    private async Task PutAsync(string path, object body)
    {
        using var response = await broker.Management.PutAsJsonAsync(new Uri(path, UriKind.Relative), body);
        Assert.That(response.IsSuccessStatusCode, Is.True, path);
    }
}
