using System.Globalization;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Indexes;

namespace Workers.MongoDb.Failures;

/// <summary>The records of failures in MongoDB: collection <c>failures</c>.</summary>
internal sealed class MongoFailures : IFailures
{
    private const string Collection = "failures";
    private const int Schema = 1;

    /// <summary>The first id past those of dead letters: <c>0</c> follows <c>/</c>.</summary>
    private const string AfterDeadLetters = "dead-letter0";

    private const string HourFormat = "%Y-%m-%dT%H";

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _failures;
    private readonly Batches<Failure, bool> _records;

    public MongoFailures(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _failures = store.Database.GetCollection<BsonDocument>(Collection);
        _records = new(RecordAsync);
    }

    /// <summary>What the fleet reads failures by, beside their id.</summary>
    public static IReadOnlyList<StoreIndex> Indexes { get; } =
    [
        new(Collection, "time", new BsonDocument { { "at", 1 }, { "bucket", 1 } }),
        new(Collection, "job", new BsonDocument { { "jobId", 1 }, { "at", 1 } }) { Only = ("jobId", null) },
    ];

    public Task RecordAsync(Failure failure, CancellationToken cancellationToken) => _records.AskAsync(failure, cancellationToken);

    public Task<Failure?> FindAsync(string id, CancellationToken cancellationToken) =>
        _store.RunAsync<Failure?>(async token => await _failures.Find(Where.Eq("_id", id)).As<Failure>().FirstOrDefaultAsync(token), cancellationToken);

    public Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyDictionary<FailureBucket, int>>(
            async token =>
            {
                var counts = await _failures.Aggregate()
                    .Match(Where.Gte("at", since.UtcDateTime))
                    .Group(new BsonDocument { { "_id", "$bucket" }, { "count", new BsonDocument("$sum", 1) } })
                    .ToListAsync(token);
                return counts.GroupBy(count => Bucket(count["_id"]))
                    .ToDictionary(bucket => bucket.Key, bucket => bucket.Sum(count => count["count"].ToInt32()));
            },
            cancellationToken);

    public Task<long> CountAsync(FailureQuery query, CancellationToken cancellationToken)
    {
        var filter = Where.Gt("at", query.Since.UtcDateTime);
        filter &= query.Bucket is { } bucket ? Where.Eq("bucket", bucket.ToString()) : Where.Empty;
        filter &= query.Provider is { } provider ? Where.Eq("provider", provider) : Where.Empty;
        filter &= query.TenantId is { } tenant ? Where.Eq("tenant", tenant) : Where.Empty;
        filter &= query.OnlyDeadLetters ? Where.Gte("_id", Failure.DeadLetterPrefix) & Where.Lt("_id", AfterDeadLetters) : Where.Empty;
        return _store.RunAsync(token => _failures.CountDocumentsAsync(filter, options: null, token), cancellationToken);
    }

    public Task<IReadOnlyList<FailureCount>> TrendAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<FailureCount>>(
            async token =>
            {
                var counts = await _failures.Aggregate()
                    .Match(Where.Gte("at", since.UtcDateTime) & Where.Lt("at", until.UtcDateTime))
                    .Group(new BsonDocument
                    {
                        {
                            "_id", new BsonDocument
                            {
                                { "bucket", "$bucket" }, { "provider", "$provider" }, { "tenant", "$tenant" }, { "code", "$code" },
                                { "hour", new BsonDocument("$dateToString", new BsonDocument { { "date", "$at" }, { "format", HourFormat } }) },
                            }
                        },
                        { "count", new BsonDocument("$sum", 1) },
                    })
                    .ToListAsync(token);
                return [.. counts.Select(count => Count(count["_id"].AsBsonDocument, count["count"].ToInt32()))];
            },
            cancellationToken);

    public Task<IReadOnlyList<Failure>> NewestAsync(FailureBucket bucket, string? tenant, DateTimeOffset since, int limit, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<Failure>>(
            async token => await _failures.Find(Where.Gte("at", since.UtcDateTime) & Where.Eq("bucket", bucket.ToString()) & (tenant is null ? Where.Empty : Where.Eq("tenant", tenant)))
                .Sort(new BsonDocument { { "at", -1 }, { "bucket", -1 } }).Limit(limit).As<Failure>().ToListAsync(token),
            cancellationToken);

    public Task<IReadOnlyList<Failure>> OfJobAsync(Guid jobId, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<Failure>>(
            async token => await _failures.Find(Where.Exists("jobId") & Where.Eq("jobId", jobId)).Sort(new BsonDocument { { "jobId", 1 }, { "at", 1 } }).As<Failure>().ToListAsync(token),
            cancellationToken);

    public Task RemoveOfJobAsync(Guid jobId, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _failures.DeleteManyAsync(Where.Exists("jobId") & Where.Eq("jobId", jobId), token), cancellationToken);

    public Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _failures.DeleteManyAsync(Where.Lt("at", before.UtcDateTime), token), cancellationToken);

    private static FailureCount Count(BsonDocument group, int count) => new()
    {
        Bucket = Bucket(group["bucket"]),
        Provider = Text(group, "provider"),
        TenantId = Text(group, "tenant"),
        Code = group["code"].AsString,
        Hour = DateTimeOffset.ParseExact(group["hour"].AsString, "yyyy-MM-ddTHH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        Count = count,
    };

    /// <summary>A newer version may know more of them.</summary>
    private static FailureBucket Bucket(BsonValue word) => Enum.TryParse<FailureBucket>(word.AsString, out var bucket) ? bucket : FailureBucket.Unknown;

    private static string? Text(BsonDocument group, string element) => group.TryGetValue(element, out var value) && value.IsString ? value.AsString : null;

    private Task<IReadOnlyList<bool>> RecordAsync(IReadOnlyList<Failure> failures, CancellationToken cancellationToken)
    {
        var documents = failures.Select(failure => failure.ToBsonDocument().Add("schema", Schema)).ToList();
        return Inserts.RunAsync(_store, _failures, documents, mark: null, cancellationToken);
    }
}
