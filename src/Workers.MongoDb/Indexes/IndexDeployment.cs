using MongoDB.Bson;
using MongoDB.Driver;

namespace Workers.MongoDb.Indexes;

/// <summary>Makes the fleet's indexes, and compares those that are there with those that should be.</summary>
internal sealed class IndexDeployment(IMongoDatabase database, IReadOnlyList<StoreIndex> indexes)
{
    /// <summary>Makes what is missing. What is there and different is left alone: to replace it is a person's decision.</summary>
    /// <exception cref="StoreUnfitException">An index of a name has other keys or rules than the fleet needs.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        var findings = await CheckAsync(cancellationToken);
        if (findings.Where(finding => finding.Kind == IndexFindingKind.Different).Select(finding => $"{finding.Collection}.{finding.Name}").ToList() is { Count: > 0 } different)
        {
            throw new StoreUnfitException(
                $"The store has other indexes than this version of the fleet under the names {string.Join(", ", different)}: see `workers store check`, drop them, and run `workers store prepare`.");
        }

        var missing = findings.Where(finding => finding.Kind == IndexFindingKind.Missing).ToHashSet();
        foreach (var index in indexes.Where(index => missing.Contains(new IndexFinding(IndexFindingKind.Missing, index.Collection, index.Name))))
        {
            await database.GetCollection<BsonDocument>(index.Collection).Indexes.CreateOneAsync(index.Model(), options: null, cancellationToken);
        }
    }

    /// <summary>What is missing, different or superfluous, by collection and name.</summary>
    public async Task<IReadOnlyList<IndexFinding>> CheckAsync(CancellationToken cancellationToken)
    {
        List<IndexFinding> findings = [];
        foreach (var collection in indexes.GroupBy(index => index.Collection, StringComparer.Ordinal))
        {
            var stored = await StoredAsync(collection.Key, cancellationToken);
            findings.AddRange(collection.Where(index => !stored.ContainsKey(index.Name)).Select(index => new IndexFinding(IndexFindingKind.Missing, index.Collection, index.Name)));
            findings.AddRange(collection.Where(index => stored.TryGetValue(index.Name, out var there) && !index.Is(there)).Select(index => new IndexFinding(IndexFindingKind.Different, index.Collection, index.Name)));
            findings.AddRange(stored.Keys.Except(collection.Select(index => index.Name)).Select(name => new IndexFinding(IndexFindingKind.Superfluous, collection.Key, name)));
        }

        return findings;
    }

    private async Task<Dictionary<string, BsonDocument>> StoredAsync(string collection, CancellationToken cancellationToken)
    {
        using var cursor = await database.GetCollection<BsonDocument>(collection).Indexes.ListAsync(cancellationToken);
        var stored = await cursor.ToListAsync(cancellationToken);
        return stored.Where(index => index["name"] != "_id_").ToDictionary(index => index["name"].AsString, StringComparer.Ordinal);
    }
}

/// <summary>One index that is not as it should be.</summary>
internal sealed record IndexFinding(IndexFindingKind Kind, string Collection, string Name);

/// <summary>What is wrong with an index.</summary>
internal enum IndexFindingKind
{
    /// <summary>The fleet reads by it, and it is not there.</summary>
    Missing,

    /// <summary>It is there with other keys or rules.</summary>
    Different,

    /// <summary>It is there, and the fleet does not know it: it costs every write.</summary>
    Superfluous,
}
