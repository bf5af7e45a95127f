using System.Collections;
using System.Globalization;
using MassTransit;
using RabbitMQ.Client;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Looks at dead letters where they lie: afterwards they lie there as before.</summary>
public sealed class DeadLetterBrowser(BrokerAddress broker, FleetTopology topology)
{
    /// <summary>Lists those that a query means.</summary>
    /// <param name="query">Which ones.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops looking.</param>
    public async Task<DeadLetterListing> ListAsync(DeadLetterQuery query, int limit, CancellationToken cancellationToken)
    {
        await using var held = await HeldLetters.OpenAsync(broker, query.PlacesIn(topology), cancellationToken);
        var letters = new List<DeadLetter>();
        await foreach (var (letter, _) in held.TakeAsync(cancellationToken))
        {
            if (query.Matches(letter))
            {
                letters.Add(letter);
            }

            if (letters.Count == limit)
            {
                break;
            }
        }

        return new DeadLetterListing(letters, held.NotTaken);
    }

    /// <summary>Those whose id is this one or begins with it, with what is written on them.</summary>
    public async Task<IReadOnlyList<DeadLetterDetails>> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var held = await HeldLetters.OpenAsync(broker, new DeadLetterQuery().PlacesIn(topology), cancellationToken);
        var found = new List<DeadLetterDetails>();
        await foreach (var (letter, got) in held.TakeAsync(cancellationToken))
        {
            if (letter.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(new DeadLetterDetails(letter, SafeText.MediaType(got.BasicProperties.ContentType), [.. HeadersOf(got.BasicProperties)]));
            }
        }

        return found;
    }

    /// <summary>Values that the fleet, MassTransit or the broker wrote; of any other header its name and its value's shape, for it may hold anything.</summary>
    private static IEnumerable<KeyValuePair<string, string>> HeadersOf(IReadOnlyBasicProperties properties) =>
        from header in properties.Headers ?? new Dictionary<string, object?>()
        where header.Value is not null
        let name = SafeText.Name(header.Key) ?? $"(a name of {header.Key.Length} characters)"
        orderby name
        select KeyValuePair.Create(name, IsKnown(header.Key) ? Words(header.Value) : Shape(header.Value));

    private static bool IsKnown(string header) =>
        header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.Ordinal)
        || header.StartsWith("x-first-death-", StringComparison.Ordinal)
        || header.StartsWith("x-last-death-", StringComparison.Ordinal)
        || header is "x-death" or "x-delivery-count" or "x-acquired-count" or MessageHeaders.RedeliveryCount or MessageHeaders.OriginalMessageId;

    private static string Words(object value) => value switch
    {
        AmqpTimestamp time => time.UnixTime.ToString(CultureInfo.InvariantCulture),
        IDictionary<string, object?> table => string.Join(", ", table.Where(member => member.Value is not null).Select(member => $"{member.Key}={Words(member.Value!)}")),
        _ when SafeText.Of(value) is { } text => SafeText.Line(text) ?? Shape(value),
        IList list => string.Join("; ", list.Cast<object>().Select(Words)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Shape(value),
    };

    private static string Shape(object value) => SafeText.Of(value) is { } text ? $"(text of {text.Length} characters)" : $"({value.GetType().Name})";
}

/// <summary>Dead letters, in the order in which they lie in each queue.</summary>
/// <param name="Letters">What was asked for, as far as it was looked.</param>
/// <param name="NotLookedAt">How many more lie in the same queues.</param>
public sealed record DeadLetterListing(IReadOnlyList<DeadLetter> Letters, long NotLookedAt);

/// <summary>A dead letter, with what is written on it.</summary>
/// <param name="Letter">What is known of it.</param>
/// <param name="ContentType">What its body says that it is.</param>
/// <param name="Headers">By name.</param>
public sealed record DeadLetterDetails(DeadLetter Letter, string? ContentType, IReadOnlyList<KeyValuePair<string, string>> Headers);
