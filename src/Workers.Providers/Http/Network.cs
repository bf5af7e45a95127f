using System.Net;
using System.Net.Sockets;

namespace Workers.Providers.Http;

/// <summary>Turns a host's name into addresses.</summary>
internal interface INameResolver
{
    Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}

/// <summary>Connects to exactly one address.</summary>
internal interface IDialer
{
    Task<Stream> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken);
}

/// <summary>The system's resolver.</summary>
internal sealed class SystemNameResolver : INameResolver
{
    public async Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        await Dns.GetHostAddressesAsync(host, cancellationToken);
}

/// <summary>Connects over TCP.</summary>
internal sealed class TcpDialer : IDialer
{
    public async Task<Stream> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
#pragma warning disable CA2000 // The stream owns the socket.
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
#pragma warning restore CA2000
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
