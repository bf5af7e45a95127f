using MassTransit;

namespace Workers.Testing.Fleet;

/// <summary>How many messages of a type were consumed to their end: what a test waits for before it says that nothing happened.</summary>
internal sealed class Consumed<T> : IConsumeMessageObserver<T>
    where T : class
{
    private int _count;

    public int Count => _count;

    /// <summary>Counts from nought again.</summary>
    public void Forget() => Interlocked.Exchange(ref _count, 0);

    public Task PreConsume(ConsumeContext<T> context) => Task.CompletedTask;

    public Task PostConsume(ConsumeContext<T> context)
    {
        Interlocked.Increment(ref _count);
        return Task.CompletedTask;
    }

    public Task ConsumeFault(ConsumeContext<T> context, Exception exception) => Task.CompletedTask;
}
