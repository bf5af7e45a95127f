using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>Takes a dead letter away for good: it is published nowhere, and can't be brought back.</summary>
public sealed class DeadLetterRemoval(BrokerAddress broker, FleetTopology topology)
{
    /// <summary>Drops one letter, if the id or its beginning means one only. Of several copies of one message the oldest goes.</summary>
    /// <returns>All that the id means; dropped is the first, if they are copies of one message.</returns>
    public async Task<DroppedLetter> DropAsync(string id, CancellationToken cancellationToken)
    {
        await using var held = await HeldLetters.OpenAsync(broker, new DeadLetterQuery().PlacesIn(topology), cancellationToken);
        var found = new List<HeldLetter>();
        await foreach (var letter in held.TakeAsync(cancellationToken))
        {
            if (letter.Letter.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(letter);
            }
        }

        var isOne = found.Select(letter => letter.Letter.Id).Distinct(StringComparer.Ordinal).Count() == 1;
        if (isOne)
        {
            await held.RemoveAsync(found[0]);
            await held.SettleAsync();
        }

        return new DroppedLetter(isOne ? found[0].Letter : null, [.. found.Skip(isOne ? 1 : 0).Select(letter => letter.Letter)]);
    }
}

/// <summary>What came of dropping a letter.</summary>
/// <param name="Letter">What was dropped; null: nothing.</param>
/// <param name="Left">What else the id means, and lies where it lay.</param>
public sealed record DroppedLetter(DeadLetter? Letter, IReadOnlyList<DeadLetter> Left);
