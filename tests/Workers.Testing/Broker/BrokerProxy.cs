using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Workers.Testing.Broker;

/// <summary>Stands between a process and the broker, so that a test can cut the wire, or have it fall silent.</summary>
internal sealed class BrokerProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, byte> _sockets = new();
    private readonly Uri _broker;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _flows = Flowing();
    private volatile bool _isCut;
    private volatile bool _losesAnswers;
    private int _refused;

    public BrokerProxy(Uri broker)
    {
        _broker = broker;
        _listener.Start();
        Url = new UriBuilder(broker) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The broker's address, through here.</summary>
    public Uri Url { get; }

    /// <summary>How many connections were not let in.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Breaks every connection, as when the process is killed, and lets none in.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _sockets.Keys)
        {
            Abort(socket);
        }
    }

    /// <summary>All is as it was: connections are let in again, and answers come.</summary>
    public void Mend() => (_isCut, _losesAnswers) = (false, false);

    /// <summary>
    /// What is asked comes through, and with its answer each connection breaks: nobody knows what was done. Until <see cref="Mend"/>. A database's greetings are answered, so that whoever asks again
    /// gets another connection, and is not left without one by a heartbeat that came first.
    /// </summary>
    public void LoseAnswers() => _losesAnswers = true;

    /// <summary>Nothing more comes through, either way, and no connection breaks.</summary>
    public void Freeze() => _flows = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What was held comes through.</summary>
    public void Thaw() => _flows.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Cut();
        Thaw();

        // It listens until nobody waits for a client any more: a listener that was stopped first refuses to be asked.
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_stop.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var _ = client;
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var asked = new LastAsked();
        try
        {
            _sockets[client] = 0;
            _sockets[server] = 0;
            if (!_isCut)
            {
                await server.ConnectAsync(_broker.Host, _broker.Port, _stop.Token);
                await Task.WhenAny(PumpAsync(client, server, asked, isAnswer: false), PumpAsync(server, client, asked, isAnswer: true));
            }
            else
            {
                Interlocked.Increment(ref _refused);
            }
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The broker is not there: the client sees its connection break.
        }
        finally
        {
            _sockets.TryRemove(client, out var _);
            _sockets.TryRemove(server, out var _);
            Abort(client);
            Abort(server);
        }
    }

    private async Task PumpAsync(Socket from, Socket to, LastAsked asked, bool isAnswer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
            {
                await _flows.Task;
                if (!isAnswer)
                {
                    asked.IsGreeting = buffer.AsSpan(0, count).IndexOf("hello"u8) >= 0;
                }
                else if (_losesAnswers && !asked.IsGreeting)
                {
                    return;
                }

                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _stop.Token);
                }
            }
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side is gone, and the other goes with it.
        }
    }

    private static void Abort(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // It was closed already.
        }
    }

    private static TaskCompletionSource Flowing()
    {
        var flowing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        flowing.SetResult();
        return flowing;
    }

    /// <summary>What a client asked last on its connection, whose answer comes next.</summary>
    private sealed class LastAsked
    {
        private volatile bool _isGreeting;

        /// <summary>MongoDB's <c>hello</c>: of a new connection, or a heartbeat, whose answers may come without being asked again.</summary>
        public bool IsGreeting
        {
            get => _isGreeting;
            set => _isGreeting = value;
        }
    }
}
