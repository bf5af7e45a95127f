using Workers.Contracts;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Which dead letters are meant: those that answer to all that is given.</summary>
public sealed record DeadLetterQuery
{
    /// <summary>The queue that they came from, or the one that they lie in.</summary>
    public string? Queue { get; init; }

    public FailureBucket? Bucket { get; init; }

    /// <summary>The type of the message, whole or its last part: <c>StartJob</c>.</summary>
    public string? Type { get; init; }

    public bool Matches(DeadLetter letter) =>
        (Queue is null || letter.Queue == Queue || letter.KeptIn == Queue)
        && (Bucket is null || letter.Bucket == Bucket)
        && (Type is null || string.Equals(letter.Type, Type, StringComparison.OrdinalIgnoreCase) || string.Equals(letter.ShortType, Type, StringComparison.OrdinalIgnoreCase));

    /// <summary>The queues that such letters can lie in.</summary>
    internal IEnumerable<string> PlacesIn(FleetTopology topology) => topology.Queues
        .Where(queue => queue.Keeps)
        .Select(queue => queue.Name)
        .Where(name => Queue is null || name == Queue || name.StartsWith($"{Queue}_", StringComparison.Ordinal) || name is FleetTopology.Crashed or FleetTopology.Unroutable)
        .Order(StringComparer.Ordinal);
}
