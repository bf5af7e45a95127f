using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Alerts;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;

namespace Workers.MongoDb.Alerts;

/// <summary>How the alerts stand, in MongoDB: collection <c>alerts</c>. There are as many as there are rules and accounts, so nothing but the id is an index.</summary>
internal sealed class MongoAlerts : IAlerts
{
    private const string Collection = "alerts";
    private const int Schema = 1;
    private const int Most = 10_000;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _alerts;

    public MongoAlerts(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _alerts = store.Database.GetCollection<BsonDocument>(Collection);
    }

    public async Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken)
    {
        var stored = await _store.RunAsync(token => _alerts.Find(Where.Empty).Sort(new BsonDocument("_id", 1)).Limit(Most).As<StoredDocument>().ToListAsync(token), cancellationToken);

        // What a newer version wrote is left to it: this one can then not replace it either, and says so once.
        return Readable.Of(_store, stored, document => document.Read<Alert>(Collection));
    }

    public Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken)
    {
        var document = alert.ToBsonDocument().Add("schema", Schema);
        return _store.RunAsync(
            async (isAgain, token) =>
            {
                var isSaved = alert.Version == 1 ? await AddAsync(document, token) : await ReplaceAsync(alert, document, token);
                return isSaved || (isAgain && await _alerts.Find(Where.Eq("_id", alert.Id)).FirstOrDefaultAsync(token) == document);
            },
            cancellationToken);
    }

    public Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken) =>
        _store.RunAsync(
            token => _alerts.UpdateOneAsync(
                Where.Eq("_id", alert.Id) & Where.Eq("generation", alert.Generation) & Where.Eq("untold.number", number),
                Set.PullFilter("untold", Where.Eq("number", number)).Inc("version", 1L),
                options: null,
                token),
            cancellationToken);

    public Task RemoveAsync(Alert alert, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _alerts.DeleteOneAsync(Is(alert, alert.Version), token), cancellationToken);

    private static FilterDefinition<BsonDocument> Is(Alert alert, long version) => Where.Eq("_id", alert.Id) & Where.Eq("generation", alert.Generation) & Where.Eq("version", version);

    private async Task<bool> ReplaceAsync(Alert alert, BsonDocument document, CancellationToken cancellationToken) =>
        (await _alerts.ReplaceOneAsync(Is(alert, alert.Version - 1), document, options: (ReplaceOptions?)null, cancellationToken)).MatchedCount == 1;

    private async Task<bool> AddAsync(BsonDocument document, CancellationToken cancellationToken)
    {
        try
        {
            await _alerts.InsertOneAsync(document, options: null, cancellationToken);
            return true;
        }
        catch (MongoWriteException refused) when (refused.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }
}
