using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.Benchmarks;

/// <summary>The client alone, with the settings of the fleet's endpoints: a quorum queue with the same arguments, confirms, the same prefetch and concurrency, one acknowledgement a message.</summary>
internal sealed class RawRun(string url)
{
    private const string Queue = "workers-benchmark-raw";

    /// <returns>Messages a second, from the first publish to the last acknowledgement.</returns>
    public async Task<double> RunAsync(int count)
    {
        var options = new RabbitMqOptions { Url = url };
        await using var connection = await new BrokerAddress(options).ConnectAsync("benchmark", CancellationToken.None);
        await using var consuming = await connection.CreateChannelAsync(new CreateChannelOptions(false, false, consumerDispatchConcurrency: EndpointRun.Concurrency));
        await using var publishing = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await consuming.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, FleetTopology.ConsumedArguments(options).ToDictionary());
        await consuming.BasicQosAsync(0, 2 * EndpointRun.Concurrency, global: false);

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (consumed, body) = (0, new byte[EndpointRun.BodyBytes]);
        var consumer = new AsyncEventingBasicConsumer(consuming);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await consuming.BasicAckAsync(delivery.DeliveryTag, multiple: false);
            if (Interlocked.Increment(ref consumed) == count)
            {
                done.SetResult();
            }
        };
        await consuming.BasicConsumeAsync(Queue, autoAck: false, consumer);

        var started = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = EndpointRun.Publishers }, async (_, stop) =>
            await publishing.BasicPublishAsync("", Queue, mandatory: true, new BasicProperties { Persistent = true }, body, stop));
        await done.Task;
        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }
}
