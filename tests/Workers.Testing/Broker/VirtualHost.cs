using System.Net.Http.Headers;
using System.Text;
using RabbitMQ.Client;

namespace Workers.Testing.Broker;

/// <summary>A broker of one's own: a virtual host that goes with its fixture.</summary>
internal sealed class VirtualHost : IAsyncDisposable
{
    private readonly HttpClient _management;

    private VirtualHost(TestBroker broker, string name)
    {
        Name = name;
        Url = new UriBuilder(broker.Amqp) { Path = name }.Uri.ToString();
        _management = new HttpClient { BaseAddress = new Uri(broker.Management.GetLeftPart(UriPartial.Authority).Replace(broker.Management.UserInfo + "@", "", StringComparison.Ordinal)) };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(broker.Management.UserInfo))));
    }

    public string Name { get; }

    /// <summary>The AMQP address, with the virtual host.</summary>
    public string Url { get; }

    /// <summary>The management API.</summary>
    public HttpClient Management => _management;

    public static async Task<VirtualHost> CreateAsync()
    {
        var host = new VirtualHost(await TestBroker.RequireAsync(), $"test-{Guid.NewGuid():N}");
        using var response = await host._management.PutAsync(host.Path("api/vhosts/{0}"), content: null);
        response.EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>Connects past the fleet.</summary>
    public Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = new Uri(Url) }.CreateConnectionAsync();

    /// <summary>The messages in a queue that nobody has in hand, as the queue itself counts them: the management API's figures are seconds old.</summary>
    public async Task<uint> CountAsync(string queue)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync(queue);
    }

    public async ValueTask DisposeAsync()
    {
        using var response = await _management.DeleteAsync(Path("api/vhosts/{0}"));
        _management.Dispose();
    }

    private Uri Path(string format) => new(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Name), UriKind.Relative);
}
