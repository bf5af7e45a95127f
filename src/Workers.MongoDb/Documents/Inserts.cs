using MongoDB.Bson;
using MongoDB.Driver;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Documents;

/// <summary>Adds documents together, and tells of each whether it was added or its id was there already.</summary>
internal static class Inserts
{
    /// <param name="store">Where.</param>
    /// <param name="collection">To which collection.</param>
    /// <param name="documents">What.</param>
    /// <param name="mark">What tells a document from any other of its id: one that an earlier try of this call has added is known by it. Null: whoever added it, it was there already.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<IReadOnlyList<bool>> RunAsync(
        Store store, IMongoCollection<BsonDocument> collection, IReadOnlyList<BsonDocument> documents, Func<BsonDocument, BsonValue>? mark, CancellationToken cancellationToken) =>
        store.RunAsync<IReadOnlyList<bool>>(
            async (isAgain, token) =>
            {
                try
                {
                    await collection.InsertManyAsync(documents, new InsertManyOptions { IsOrdered = false }, token);
                    return [.. documents.Select(_ => true)];
                }
                catch (MongoBulkWriteException<BsonDocument> refused) when (refused.WriteConcernError is null && refused.WriteErrors.All(error => error.Category == ServerErrorCategory.DuplicateKey))
                {
                    var there = refused.WriteErrors.Select(error => error.Index).ToHashSet();
                    var own = isAgain && mark is not null ? await MarksAsync(collection, [.. there.Select(index => documents[index]["_id"])], mark, token) : [];
                    return [.. documents.Select((document, index) => !there.Contains(index) || (own.TryGetValue(document["_id"], out var stored) && stored == mark!(document)))];
                }
            },
            cancellationToken);

    private static async Task<Dictionary<BsonValue, BsonValue>> MarksAsync(
        IMongoCollection<BsonDocument> collection, IReadOnlyList<BsonValue> ids, Func<BsonDocument, BsonValue> mark, CancellationToken cancellationToken)
    {
        var stored = await collection.Find(Builders<BsonDocument>.Filter.In("_id", ids.Distinct())).ToListAsync(cancellationToken);
        return stored.ToDictionary(document => document["_id"], mark);
    }
}
