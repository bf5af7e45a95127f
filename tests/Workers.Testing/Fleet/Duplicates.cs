using System.Security.Cryptography;
using MassTransit;

namespace Workers.Testing.Fleet;

/// <summary>Publishes a share of all messages a second time, with the same message id, as brokers do when an acknowledgement gets lost.</summary>
internal sealed class Duplicates(double share, int seed) : IPublishObserver
{
    private const string Mark = "test-duplicate";

    private int _count;

    /// <summary>Set once the bus is there.</summary>
    public IBus? Bus { get; set; }

    public int Count => _count;

    public Task PrePublish<T>(PublishContext<T> context)
        where T : class => Task.CompletedTask;

    public async Task PostPublish<T>(PublishContext<T> context)
        where T : class
    {
        var hash = SHA256.HashData([.. context.MessageId!.Value.ToByteArray(), .. BitConverter.GetBytes(seed)]);
        if (Bus is not null && !context.Headers.TryGetHeader(Mark, out _) && BitConverter.ToUInt32(hash) < share * uint.MaxValue)
        {
            Interlocked.Increment(ref _count);
            await Bus.Publish(context.Message, again =>
            {
                again.MessageId = context.MessageId;
                again.Headers.Set(Mark, "1");
            });
        }
    }

    public Task PublishFault<T>(PublishContext<T> context, Exception exception)
        where T : class => Task.CompletedTask;
}
