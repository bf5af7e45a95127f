using MassTransit;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Foreign;

/// <summary>Headers that mean something to the broker, MassTransit or the fleet. On a message that a producer sent they are claims of the producer, and count for nothing.</summary>
internal static class Claims
{
    private static readonly string[] Prefixes = [DeadLetterHeaders.Prefix, "MT-"];

    /// <summary>The broker routes a message also to the queues that these name: a copy would go where its sender wanted, and count as delivered there.</summary>
    private static readonly string[] Routes = ["CC", "BCC"];

    private static readonly string[] Deaths = ["x-death", "x-delivery-count", "x-acquired-count", "x-dotnet-pub-seq-no", "x-delay"];
    private static readonly string[] DeathPrefixes = ["x-first-death-", "x-last-death-", "x-opt-"];

    /// <summary>Whether producers may publish to an exchange: whatever a message from there says of its own past, its sender has made up.</summary>
    /// <param name="exchange">Where the message was published, as the broker has it.</param>
    public static bool MayBeOfProducers(string? exchange) =>
        exchange is not null && (exchange.StartsWith(FleetTopology.Intake, StringComparison.Ordinal) || exchange.StartsWith(FleetTopology.ContractsPrefix, StringComparison.Ordinal));

    /// <summary>The headers of a message that is to be published anew: without what its sender can't know of it, and what the broker would act on again.</summary>
    public static Dictionary<string, object?> LeftOut(RabbitMqBasicConsumeContext delivery)
    {
        var isOfProducers = MayBeOfProducers(delivery.Exchange);
        return (delivery.Properties.Headers ?? new Dictionary<string, object?>()).Where(header => !IsOfBroker(header.Key) && !(isOfProducers && IsOfFleet(header.Key))).ToDictionary();
    }

    /// <summary>Whether the fleet or MassTransit writes a header of this name. What a sender calls its own message is the sender's to say.</summary>
    public static bool IsOfFleet(string header) =>
        header is not (SenderHeaders.CorrelationId or SenderHeaders.MessageId) && Prefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the broker writes, or acts on, a header of this name. A message that is published anew must carry none.</summary>
    public static bool IsOfBroker(string header) =>
        IsRoute(header)
        || Deaths.Contains(header, StringComparer.OrdinalIgnoreCase)
        || DeathPrefixes.Any(prefix => header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the broker routes by it.</summary>
    public static bool IsRoute(string header) => Routes.Contains(header, StringComparer.Ordinal);

    /// <summary>Whether it says how often the message was tried, or redriven.</summary>
    public static bool IsCount(string header) => header is MessageHeaders.RedeliveryCount or DeadLetterHeaders.Redriven or DeadLetterHeaders.RedrivenBefore;
}
