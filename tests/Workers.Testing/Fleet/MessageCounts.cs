using System.Collections.Concurrent;
using MassTransit;

namespace Workers.Testing.Fleet;

/// <summary>How many messages of each type were published.</summary>
internal sealed class MessageCounts : IPublishObserver
{
    private readonly ConcurrentDictionary<string, int> _counts = new();

    public IReadOnlyDictionary<string, int> Now() => _counts.ToDictionary();

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        _counts.AddOrUpdate(typeof(T).Name, 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
