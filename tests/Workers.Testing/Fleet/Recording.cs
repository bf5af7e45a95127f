using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace Workers.Testing.Fleet;

/// <summary>Everything that leaves a process but for its calls: every log line with its state and exception, every message body.</summary>
internal sealed class Recording : ILoggerProvider, ILogger, IPublishObserver, ISendObserver
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<(string Type, string Body)> _bodies = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IReadOnlyCollection<(string Type, string Body)> Bodies => _bodies;

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        _lines.Enqueue($"scope: {state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _lines.Enqueue($"{formatter(state, exception)} {exception}");
        if (state is IEnumerable<KeyValuePair<string, object?>> properties)
        {
            _lines.Enqueue(string.Join(' ', properties.Select(property => $"{property.Key}={property.Value}")));
        }
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class => Record(context.Message);

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreSend<T>(SendContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostSend<T>(SendContext<T> context)
        where T : class => Record(context.Message);

    public Task SendFault<T>(SendContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public void Dispose()
    {
    }

    private Task Record<T>(T message)
    {
        _bodies.Enqueue((typeof(T).Name, JsonSerializer.Serialize(message)));
        return Task.CompletedTask;
    }
}
