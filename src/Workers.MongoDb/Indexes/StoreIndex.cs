using MongoDB.Bson;
using MongoDB.Driver;

namespace Workers.MongoDb.Indexes;

/// <summary>One index that the fleet reads by.</summary>
/// <param name="Collection">Of which collection.</param>
/// <param name="Name">Its name, by which it is known again.</param>
/// <param name="Keys">Elements in order, each 1 or -1.</param>
internal sealed record StoreIndex(string Collection, string Name, BsonDocument Keys)
{
    /// <summary>No two documents may have the same keys.</summary>
    public bool IsUnique { get; init; }

    /// <summary>
    /// Only documents that have this element, and with this value where one is given, are in the index: what is done with is not. Whatever reads by it asks in words that the element exists,
    /// even where it asks for a value: not every store sees that this follows, and one that does not reads the whole collection.
    /// </summary>
    public (string Element, BsonValue? Value)? Only { get; init; }

    /// <summary>Documents are removed by the store when the key, a date, is so old.</summary>
    public TimeSpan? ExpireAfter { get; init; }

    /// <summary>What the store is asked to make.</summary>
    public CreateIndexModel<BsonDocument> Model()
    {
        var options = new CreateIndexOptions<BsonDocument> { Name = Name, ExpireAfter = ExpireAfter, PartialFilterExpression = Filter() };
        if (IsUnique)
        {
            options.Unique = true;
        }

        return new CreateIndexModel<BsonDocument>(Keys, options);
    }

    /// <summary>Whether an index as the store describes it is this one.</summary>
    public bool Is(BsonDocument stored) =>
        stored["key"] == Keys
        && stored.GetValue("unique", false).ToBoolean() == IsUnique
        && (stored.GetValue("partialFilterExpression", BsonNull.Value) == (Filter() ?? (BsonValue)BsonNull.Value))
        && (stored.TryGetValue("expireAfterSeconds", out var seconds) ? TimeSpan.FromSeconds(seconds.ToDouble()) : null) == ExpireAfter;

    private BsonDocument? Filter() => Only is var (element, value) ? new BsonDocument(element, value ?? new BsonDocument("$exists", true)) : null;
}
