using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Costs;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Indexes;

namespace Workers.MongoDb.Costs;

/// <summary>The records of costs in MongoDB: collection <c>costs</c>.</summary>
internal sealed class MongoCosts : ICosts
{
    private const string Collection = "costs";
    private const int Schema = 1;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _costs;

    public MongoCosts(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _costs = store.Database.GetCollection<BsonDocument>(Collection);
    }

    /// <summary>What costs are read by, beside their id.</summary>
    public static IReadOnlyList<StoreIndex> Indexes { get; } = [new(Collection, "time", new BsonDocument { { "at", 1 }, { "tenant", 1 } })];

    public async Task RecordAsync(IReadOnlyList<CostRecord> costs, CancellationToken cancellationToken)
    {
        if (costs.Count == 0)
        {
            return;
        }

        // Nearly always they are new, and one insert is all.
        var documents = costs.Select(cost => cost.ToBsonDocument().Add("schema", Schema)).ToList();
        var added = await Inserts.RunAsync(_store, _costs, documents, mark: null, cancellationToken);
        var replaced = documents.Where((_, index) => !added[index] && costs[index].Actual is not null).Select(document => new ReplaceOneModel<BsonDocument>(Where.Eq("_id", document["_id"]), document)).ToList();
        if (replaced.Count > 0)
        {
            await _store.RunAsync(token => _costs.BulkWriteAsync(replaced, options: null, token), cancellationToken);
        }
    }

    public Task<IReadOnlyList<CostRecord>> BetweenAsync(DateTimeOffset since, DateTimeOffset until, string? tenant, CancellationToken cancellationToken)
    {
        var filter = Where.Gte("at", since.UtcDateTime) & Where.Lt("at", until.UtcDateTime);
        return _store.RunAsync<IReadOnlyList<CostRecord>>(
            async token => await _costs.Find(tenant is null ? filter : filter & Where.Eq("tenant", tenant)).As<CostRecord>().ToListAsync(token),
            cancellationToken);
    }

    public Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _costs.DeleteManyAsync(Where.Lt("at", before.UtcDateTime), token), cancellationToken);
}
