using MassTransit;
using MassTransit.RabbitMqTransport.Configuration;
using Workers.Jobs;

namespace Workers.RabbitMq.Acknowledging;

/// <summary>
/// How long the broker waits for a consumer's acknowledgement before it takes the message back: on 4.3 uncounted, and for ever. Each consumer asks for its own time, which lies above all that it may need;
/// RabbitMQ lets that win over policies, arguments of the queue and its configuration, so no operator's default ends work under way.
/// </summary>
internal static class ConsumerTimeout
{
    /// <summary>The argument of a consumer, in milliseconds. A long: RabbitMQ up to 4.2 passes over others.</summary>
    public const string Argument = "x-consumer-timeout";

    /// <summary>For what comes before and after the work: a turn among suspicious messages, sending a redelivery, keeping a dead letter.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>What a message may need from the moment that the broker hands it over: those that wait in the process for others to be done have been handed over too.</summary>
    /// <param name="limit">How long one may be worked on.</param>
    /// <param name="concurrency">How many are worked on at once.</param>
    /// <param name="prefetch">How many are handed over ahead of their acknowledgement.</param>
    public static TimeSpan Of(TimeLimit limit, int concurrency, int prefetch) => (limit.Total * Math.Max(1, (prefetch + concurrency - 1) / concurrency)) + Margin;

    /// <summary>Has the endpoint's consumer ask for it.</summary>
    public static void Ask(IReceiveEndpointConfigurator endpoint, TimeSpan time) =>
        ((IRabbitMqReceiveEndpointConfiguration)endpoint).Settings.ConsumeArguments[Argument] = (long)time.TotalMilliseconds;
}
