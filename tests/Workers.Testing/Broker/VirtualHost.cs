using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using RabbitMQ.Client;

namespace Workers.Testing.Broker;

/// <summary>A broker of one's own: a virtual host that goes with its fixture, or is emptied for the next.</summary>
internal sealed class VirtualHost : IAsyncDisposable
{
    /// <summary>With all queues of a fleet, and no message in them: to declare these takes the broker longer than most tests.</summary>
    private static readonly ConcurrentBag<VirtualHost> Emptied = [];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _management;
    private bool _isLent;

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

    /// <summary>One that may have served another test before, for fleets whose queues are as the product's own settings have them. Given back, not disposed.</summary>
    public static async Task<VirtualHost> BorrowAsync()
    {
        if (!Emptied.TryTake(out var host))
        {
            host = await CreateAsync();
            host._isLent = true;
        }

        return host;
    }

    /// <summary>Empties it for the next; one that was made for a test alone, or that somebody does not leave, is deleted.</summary>
    public async Task GiveBackAsync()
    {
        if (_isLent && await IsEmptiedAsync())
        {
            Emptied.Add(this);
        }
        else
        {
            await DisposeAsync();
        }
    }

    /// <summary>Deletes those that were given back, when all tests are over.</summary>
    public static async Task DeleteEmptiedAsync()
    {
        while (Emptied.TryTake(out var empty))
        {
            await empty.DisposeAsync();
        }
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

    /// <summary>Empties each queue once the broker has seen that all who used it are gone, and has back what they had in hand.</summary>
    private async Task<bool> IsEmptiedAsync()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in (await _management.GetFromJsonAsync<KnownQueue[]>(Path("api/queues/{0}?disable_stats=true")))!.Where(queue => queue.Durable))
        {
            QueueDeclareOk counted;
            while ((counted = await channel.QueueDeclarePassiveAsync(queue.Name)).ConsumerCount > 0)
            {
                if (TimeProvider.System.GetElapsedTime(began) > Patience)
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System); // the broker tells nobody when a consumer is gone
            }

            // What is empty is left: to purge it is an entry of its log, and most are.
            if (counted.MessageCount > 0)
            {
                await channel.QueuePurgeAsync(queue.Name);
            }
        }

        return true;
    }

    private sealed record KnownQueue(string Name, bool Durable);

    private Uri Path(string format) => new(string.Format(System.Globalization.CultureInfo.InvariantCulture, format, Name), UriKind.Relative);
}
