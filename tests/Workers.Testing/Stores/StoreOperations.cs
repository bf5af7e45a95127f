using System.Collections.Concurrent;
using MongoDB.Driver;
using MongoDB.Driver.Core.Events;

namespace Workers.Testing.Stores;

/// <summary>How many commands went to the store, by collection and command. A bulk write is one.</summary>
internal sealed class StoreOperations
{
    private static readonly HashSet<string> Counted = ["find", "getMore", "insert", "update", "delete", "findAndModify", "aggregate", "distinct", "count"];

    private readonly ConcurrentDictionary<(string Collection, string Command), int> _counts = new();

    public int Total => _counts.Values.Sum();

    /// <summary>Counts what goes over clients with these settings.</summary>
    public void ListenTo(MongoClientSettings settings) => settings.ClusterConfigurator = cluster => cluster.Subscribe<CommandStartedEvent>(Count);

    public IReadOnlyDictionary<(string Collection, string Command), int> Now() => _counts.ToDictionary();

    public void Forget() => _counts.Clear();

    /// <summary>A line for each kind, the most frequent first.</summary>
    public string Table(int jobs) =>
        string.Concat(Now().OrderByDescending(kind => kind.Value).Select(kind => FormattableString.Invariant($"{kind.Key.Collection,-10} {kind.Key.Command,-14} {(double)kind.Value / jobs,7:F3}\n")));

    private void Count(CommandStartedEvent started)
    {
        if (Counted.Contains(started.CommandName))
        {
            var collection = started.Command.GetValue(started.CommandName == "getMore" ? "collection" : started.CommandName).AsString;
            _counts.AddOrUpdate((collection, started.CommandName), 1, (_, count) => count + 1);
        }
    }
}
