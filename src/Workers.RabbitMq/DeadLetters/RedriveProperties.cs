using MassTransit;
using RabbitMQ.Client;
using Workers.RabbitMq.Foreign;

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
    /// <param name="longestFrame">The longest frame of the connection, in bytes.</param>
    public static BasicProperties Of(HeldLetter held, string by, DateTimeOffset at, bool isCanary, uint longestFrame)
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
        HeaderFrame.Fit(properties, longestFrame);
        return properties;
    }

    /// <summary>Ours, MassTransit's and the broker's notes; and CC and BCC, which would bring copies to other queues.</summary>
    private static bool IsOfDeath(string header) =>
        header is MessageHeaders.RedeliveryCount or MessageHeaders.Reason
        || header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.OrdinalIgnoreCase)
        || header.StartsWith("MT-Fault-", StringComparison.OrdinalIgnoreCase)
        || Claims.IsOfBroker(header);
}
