using MassTransit;
using RabbitMQ.Client;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>A dead letter's properties as it goes back: without what made it one, with who sent it back.</summary>
internal static class RedriveProperties
{
    /// <summary>More redeliveries than any policy has: the first failure is the last.</summary>
    private const int UsedUp = 1_000_000;

    /// <param name="held">The letter.</param>
    /// <param name="by">Who redrives it.</param>
    /// <param name="at">When.</param>
    /// <param name="isCanary">It is to become a dead letter at its first failure, instead of after all redeliveries.</param>
    public static BasicProperties Of(HeldLetter held, string by, DateTimeOffset at, bool isCanary)
    {
        var headers = (held.Got.BasicProperties.Headers ?? new Dictionary<string, object?>()).Where(header => !IsOfDeath(header.Key)).ToDictionary();
        headers[DeadLetterHeaders.Redriven] = held.Letter.Redriven + 1;
        headers[DeadLetterHeaders.RedrivenBy] = by;
        headers[DeadLetterHeaders.RedrivenAt] = DeadLetterHeaders.Format(at);
        if (isCanary)
        {
            headers[MessageHeaders.RedeliveryCount] = UsedUp;
        }

        var properties = new BasicProperties(held.Got.BasicProperties) { Persistent = true, Headers = headers };
        properties.ClearExpiration();
        properties.ClearUserId(); // the broker takes no message in another user's name
        return properties;
    }

    /// <summary>Ours, MassTransit's and the broker's notes; and CC and BCC, which would bring copies to other queues.</summary>
    private static bool IsOfDeath(string header) =>
        header is MessageHeaders.RedeliveryCount or MessageHeaders.Reason or "x-death" or "x-delivery-count" or "x-acquired-count" or "x-dotnet-pub-seq-no" or "CC" or "BCC"
        || header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("MT-Fault-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("x-first-death-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("x-last-death-", StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("x-opt-", StringComparison.OrdinalIgnoreCase);
}
