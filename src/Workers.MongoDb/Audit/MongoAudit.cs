using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs;
using Workers.Jobs.Audit;
using Workers.Jobs.Retention;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Indexes;

namespace Workers.MongoDb.Audit;

/// <summary>The audit in MongoDB: collection <c>audit</c>. Nothing here changes or removes an entry; the store does, when its time is over.</summary>
internal sealed class MongoAudit : IAudit
{
    private const string Collection = "audit";
    private const int Schema = 1;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly Store _store;
    private readonly TimeSpan _keepFor;
    private readonly IMongoCollection<BsonDocument> _audit;

    public MongoAudit(Store store, IOptions<RetentionOptions> retention)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _keepFor = retention.Value.KeepAuditFor;
        _audit = store.Database.GetCollection<BsonDocument>(Collection);
    }

    /// <summary>What the audit is read by, beside ids; and what ends it. Each entry says when it goes: another retention needs no other index.</summary>
    public static IReadOnlyList<StoreIndex> Indexes { get; } =
    [
        new(Collection, "time", new BsonDocument { { "at", -1 }, { "_id", -1 } }),
        new(Collection, "job", new BsonDocument { { "jobId", 1 }, { "at", 1 }, { "_id", 1 } }) { Only = ("jobId", null) },
        new(Collection, "expiry", new BsonDocument("expiresAt", 1)) { ExpireAfter = TimeSpan.Zero },
    ];

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        var document = entry.ToBsonDocument();
        document["expiresAt"] = (entry.At + _keepFor).UtcDateTime;
        document["schema"] = Schema;

        // Whoever appended it: the one that is there stays.
        return Inserts.RunAsync(_store, _audit, [document], mark: null, cancellationToken);
    }

    public Task<IReadOnlyList<AuditEntry>> OfJobAsync(Guid jobId, CancellationToken cancellationToken) =>
        ReadAsync(Where.Exists("jobId") & Where.Eq("jobId", jobId), find => find.Sort(Pages.OldestBy("at")), cancellationToken);

    public Task<IReadOnlyList<AuditEntry>> NewestAsync(PagePosition? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(Pages.After(after, "at"), find => find.Sort(Pages.NewestBy("at")).Limit(limit), cancellationToken);

    private Task<IReadOnlyList<AuditEntry>> ReadAsync(
        FilterDefinition<BsonDocument> filter, Func<IFindFluent<BsonDocument, BsonDocument>, IFindFluent<BsonDocument, BsonDocument>> order, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<AuditEntry>>(async token => await order(_audit.Find(filter)).As<AuditEntry>().ToListAsync(token), cancellationToken);
}
