using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.RabbitMq.Connections;

namespace Workers.RabbitMq.Topology;

/// <summary>
/// Looks again and again whether all queues and exchanges are there while the process runs, and declares again what is not. MassTransit declares the queues that it consumes, and those without all of their
/// bindings; nobody else would miss the others until a message was lost for them.
/// </summary>
internal sealed partial class TopologyWatch(TopologyDeployment topology, BrokerAddress broker, IOptions<RabbitMqOptions> options, ILogger<TopologyWatch> logger)
    : IReceiveEndpointObserver, IAsyncDisposable
{
    /// <summary>Bindings can't be asked for, so they are declared once in so many looks.</summary>
    private const int LooksWithoutBindings = 12;

    /// <summary>However many ask.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _asked = new(0, 1);
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Uri, bool> _consumed = [];
    private Task _watching = Task.CompletedTask;
    private IConnection? _connection;
    private bool _isDisposed;

    /// <summary>What was missing at the last look, in words; null where nothing was.</summary>
    public string? Trouble { get; private set; }

    /// <summary>Begins to look.</summary>
    public void Start() => _watching = WatchAsync(_stop.Token);

    /// <summary>Asks for a look now: a message was returned, or its exchange was not found.</summary>
    public void Ask()
    {
        try
        {
            _asked.Release();
        }
        catch (Exception fault) when (fault is SemaphoreFullException or ObjectDisposedException)
        {
            // Somebody has asked already, or nobody looks any more.
        }
    }

    /// <summary>Whether a queue is there now.</summary>
    public async Task<bool> HasAsync(string queue, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var channel = await (await ConnectAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException fault) when (fault.ShutdownReason?.ReplyCode == TopologyDeployment.NotFound)
        {
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A queue that is consumed again, not for the first time, may have been deleted in between.</summary>
    public Task Ready(ReceiveEndpointReady ready)
    {
        if (!_consumed.TryAdd(ready.InputAddress, true))
        {
            Ask();
        }

        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    /// <summary>Looks no more.</summary>
    public async Task StopAsync()
    {
        if (_isDisposed)
        {
            return; // a bus is stopped once more when it is disposed of, perhaps after this
        }

        await _stop.CancelAsync();
        await _watching;
        await ForgetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _isDisposed = true;
        _stop.Dispose();
        _asked.Dispose();
        _one.Dispose();
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        var isFailing = false;
        for (var look = 1; !stop.IsCancellationRequested; look++)
        {
            try
            {
                var isAsked = await _asked.WaitAsync(options.Value.TopologyCheck, stop);
                await LookAsync(alsoBindings: isAsked || look % LooksWithoutBindings == 0, stop);
                isFailing = false;
                await Task.Delay(ShortestPause, TimeProvider.System, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (TopologyDiffersException difference)
            {
                Trouble = difference.Message;
            }
#pragma warning disable CA1031 // The broker is away, or does not let us: others say that, and it is looked again.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                if (!isFailing)
                {
                    LogFailed(BrokerTrouble.Describe(fault, broker));
                }

                isFailing = true;
                await ForgetAsync();
            }
        }
    }

    private async Task LookAsync(bool alsoBindings, CancellationToken stop)
    {
        await _one.WaitAsync(stop);
        try
        {
            var connection = await ConnectAsync(stop);
            var missing = await topology.MissingAsync(connection, stop);
            var before = Trouble;
            Trouble = missing.Count == 0 ? null : $"Missing at the broker: {string.Join(", ", missing)}. Whoever deleted it took away what lay in it; it is declared again.";
            if (missing.Count > 0 || alsoBindings)
            {
                await topology.DeployAsync(connection, stop);
            }

            if (missing.Count > 0 && Trouble != before)
            {
                LogDeclared(string.Join(", ", missing));
            }
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { IsOpen: false })
        {
            await ForgetAsync();
        }

        return _connection ??= await broker.ConnectAsync("workers topology watch", cancellationToken);
    }

    private async Task ForgetAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await connection.DisposeAsync();
        }
    }

    [LoggerMessage(EventId = 6007, Level = LogLevel.Error, Message = "Missing at the broker, and declared again: {Missing}. What lay in it was deleted with it")]
    private partial void LogDeclared(string missing);

    [LoggerMessage(EventId = 6008, Level = LogLevel.Warning, Message = "Nobody could look whether all queues and exchanges are there; the next look tries again: {Reason}")]
    private partial void LogFailed(string reason);
}
