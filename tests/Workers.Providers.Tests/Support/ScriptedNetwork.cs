using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Workers.Providers.Http;

namespace Workers.Providers.Tests.Support;

/// <summary>A name service that answers as it is told, and a dialer that notes whom it was asked to call; calls go to one server of this machine.</summary>
internal sealed class ScriptedNetwork : INameResolver, IDialer
{
    private readonly ConcurrentQueue<IPEndPoint> _dialled = new();
    private readonly Dictionary<string, Queue<IPAddress[]>> _names = [];
    private readonly ConcurrentQueue<string> _resolved = new();
    private readonly TcpDialer _dialer = new();

    public IReadOnlyList<IPEndPoint> Dialled => [.. _dialled];

    public IReadOnlyList<string> Resolved => [.. _resolved];

    /// <summary>Where all calls end up, whatever was dialled.</summary>
    public Uri? Server { get; set; }

    /// <summary>Each answer once, in order; the last one for ever.</summary>
    public void Name(string host, params string[] answers) =>
        _names[host] = new(answers.Select(answer => answer.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray()));

    public void Register(IServiceCollection services) => services.AddSingleton<INameResolver>(this).AddSingleton<IDialer>(this);

    public Task<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        _resolved.Enqueue(host);
        var answers = _names[host];
        return Task.FromResult<IReadOnlyList<IPAddress>>(answers.Count > 1 ? answers.Dequeue() : answers.Peek());
    }

    public Task<Stream> DialAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        _dialled.Enqueue(endPoint);
        return Server is { } server
            ? _dialer.DialAsync(new(IPAddress.Loopback, server.Port), cancellationToken)
            : throw new IOException("Nobody answers.");
    }
}
