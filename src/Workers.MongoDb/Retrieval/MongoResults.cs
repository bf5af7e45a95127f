using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Contracts;
using Workers.Jobs.Retrieval;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;

namespace Workers.MongoDb.Retrieval;

/// <summary>The records of finished results in MongoDB: collection <c>results</c>, one per job and generation.</summary>
internal sealed class MongoResults : IResults
{
    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _results;
    private readonly Batches<JobResult, bool> _adds;

    public MongoResults(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _results = store.Database.GetCollection<BsonDocument>("results");
        _adds = new(AddAsync);
    }

    public async Task<JobResult> KeepAsync(JobResult result, CancellationToken cancellationToken) =>
        await _adds.AskAsync(result, cancellationToken) ? result : await FindAsync(result.JobId, result.Generation, cancellationToken) ?? result;

    public Task<JobResult?> FindAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        _store.RunAsync<JobResult?>(async token => await _results.Find(Is(jobId, generation)).As<JobResult>().FirstOrDefaultAsync(token), cancellationToken);

    public Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _results.DeleteOneAsync(Is(jobId, generation), token), cancellationToken);

    private static FilterDefinition<BsonDocument> Is(Guid jobId, Guid generation) => Builders<BsonDocument>.Filter.Eq("_id", Id(jobId, generation));

    private static BsonDocument Id(Guid jobId, Guid generation) => new()
    {
        { "job", new BsonBinaryData(jobId, GuidRepresentation.Standard) },
        { "generation", new BsonBinaryData(generation, GuidRepresentation.Standard) },
    };

    private Task<IReadOnlyList<bool>> AddAsync(IReadOnlyList<JobResult> results, CancellationToken cancellationToken)
    {
        var documents = results.Select(result => new BsonDocument("_id", Id(result.JobId, result.Generation)).AddRange(result.ToBsonDocument())).ToList();

        // Whoever stored it: the one that is there is the result.
        return Inserts.RunAsync(_store, _results, documents, mark: null, cancellationToken);
    }
}
