using System.Collections.Concurrent;
using MassTransit;

namespace Workers.Testing.Fleet;

/// <summary>Every message that a fleet publishes, to be published once more; and who has consumed it, so that the effect can be waited for.</summary>
internal sealed class Replay : IPublishObserver, IConsumeObserver
{
    private const string Mark = "test-replay";

    private readonly ConcurrentQueue<(Guid? MessageId, object Message)> _published = new();
    private int _consumed;
    private int _consumedAgain;

    public static Replay Of(IBus bus)
    {
        var replay = new Replay();
        bus.ConnectPublishObserver(replay);
        bus.ConnectConsumeObserver(replay);
        return replay;
    }

    /// <summary>The names of the recorded types.</summary>
    public IReadOnlyList<string> Types => [.. _published.Select(published => published.Message.GetType().Name).Distinct()];

    public int Consumed => Volatile.Read(ref _consumed);

    /// <summary>Publishes all of it again, with the same ids, the newest first, and waits until each message has reached as many consumers as it did before.</summary>
    public async Task RunAsync(IBus bus, Func<Func<Task<bool>>, Func<string>, Task> eventually)
    {
        var (messages, expected) = (_published.ToArray(), Consumed);
        foreach (var (messageId, message) in messages.Reverse())
        {
            await bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(again =>
            {
                again.MessageId = messageId;
                again.Headers.Set(Mark, "1");
            }));
        }

        await eventually(() => Task.FromResult(Volatile.Read(ref _consumedAgain) >= expected), () => $"{expected} deliveries should be repeated, and {_consumedAgain} were.");
    }

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        if (!context.Headers.TryGetHeader(Mark, out _))
        {
            _published.Enqueue((context.MessageId, context.Message));
        }

        return Task.CompletedTask;
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;

    public Task PreConsume<T>(ConsumeContext<T> context)
        where T : class => Task.CompletedTask;

    public Task PostConsume<T>(ConsumeContext<T> context)
        where T : class
    {
        Interlocked.Increment(ref context.Headers.TryGetHeader(Mark, out _) ? ref _consumedAgain : ref _consumed);
        return Task.CompletedTask;
    }

    public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
        where T : class => PostConsume(context);
}
