using System.Net;

namespace Workers.Providers.Http;

/// <summary>
/// Opens connections to hosts that came from outside. The name is resolved once, and what is dialled is the very address that was judged: a name that
/// changes its address between the two has no second chance.
/// </summary>
internal sealed class GuardedConnection(OutboundPolicy policy, INameResolver resolver, IDialer dialer)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="OutboundRefusedException">The host has no address that may be connected to.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        IReadOnlyList<IPAddress> addresses = IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await resolver.ResolveAsync(host, cancellationToken);

        var judged = policy.IsAllowed(host, port) ? addresses : [.. addresses.Where(PublicAddresses.Contains)];
        if (judged.Count == 0 && addresses.Count > 0)
        {
            throw new OutboundRefusedException("its host has no public address");
        }

        return await DialFirstAsync(judged, port, cancellationToken);
    }

    private async Task<Stream> DialFirstAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            if (i >= addresses.Count)
            {
                throw new IOException("The host has no address.");
            }

            try
            {
                return await dialer.DialAsync(new(addresses[i], port), cancellationToken);
            }
            catch (Exception fault) when (i + 1 < addresses.Count && fault is IOException or System.Net.Sockets.SocketException)
            {
                // The next address may answer; the last one's failure is everybody's.
            }
        }
    }
}

/// <summary>An address may not be connected to. The reason does not repeat the address.</summary>
internal sealed class OutboundRefusedException(string reason) : Exception(reason);
