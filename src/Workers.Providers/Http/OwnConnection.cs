using System.Diagnostics.CodeAnalysis;

namespace Workers.Providers.Http;

/// <summary>
/// Sends each request over a connection of its own, and over no second one. A <see cref="SocketsHttpHandler"/> alone sends a request without a body again, at once and unseen, where the server
/// closes the connection under it, up to three times and over new connections too; it never keeps one here, but that does not change this.
/// </summary>
internal sealed class OwnConnection : HttpMessageHandler
{
    [SuppressMessage("Reliability", "CA2000", Justification = "The invoker owns the handler.")]
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var connections = 0;
        using var sender = new HttpMessageInvoker(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            PlaintextStreamFilter = (connected, _) =>
            {
                // A proxy may want several for its tunnel, before anything of the request leaves.
                if (connected.InitialRequestMessage.Method != HttpMethod.Connect && Interlocked.Increment(ref connections) > 1)
                {
                    throw new IOException("The connection was closed under the request, which is not sent again.");
                }

                return ValueTask.FromResult(connected.PlaintextStream);
            },
        });
        return await sender.SendAsync(request, cancellationToken);
    }
}
