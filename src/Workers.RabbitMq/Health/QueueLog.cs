using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;

namespace Workers.RabbitMq.Health;

/// <summary>Tells once when a queue is no longer consumed, with the reason in words, and once when it is again. MassTransit tells each try, with stacks.</summary>
internal sealed partial class QueueLog(BrokerAddress broker, ILogger<QueueLog> logger) : IReceiveEndpointObserver
{
    private readonly ConcurrentDictionary<string, bool> _idle = new(StringComparer.Ordinal);

    public Task Ready(ReceiveEndpointReady ready)
    {
        var queue = LadderScheduler.QueueOf(ready.InputAddress);
        if (_idle.TryRemove(queue, out _))
        {
            LogConsumed(queue);
        }

        return Task.CompletedTask;
    }

    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        var queue = LadderScheduler.QueueOf(faulted.InputAddress);
        if (faulted.Exception is { } fault && _idle.TryAdd(queue, true))
        {
            LogNotConsumed(queue, BrokerTrouble.Describe(fault, broker));
        }

        return Task.CompletedTask;
    }

    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    [LoggerMessage(EventId = 6005, Level = LogLevel.Warning, Message = "No messages are taken from {Queue} until it is connected again: {Reason}")]
    private partial void LogNotConsumed(string queue, string reason);

    [LoggerMessage(EventId = 6006, Level = LogLevel.Information, Message = "Messages are taken from {Queue} again")]
    private partial void LogConsumed(string queue);
}
