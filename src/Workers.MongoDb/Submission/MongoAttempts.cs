using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Submission;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Indexes;
using Workers.Providers;

namespace Workers.MongoDb.Submission;

/// <summary>The attempts' records in MongoDB: collection <c>attempts</c>. A record is written whole once; after that each change sets its own elements only.</summary>
internal sealed class MongoAttempts : IAttempts
{
    private const string Collection = "attempts";
    private const int Schema = 1;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _attempts;
    private readonly Batches<AttemptId, Attempt?> _finds;
    private readonly Batches<Attempt, bool> _opens;
    private readonly Batches<UpdateOneModel<BsonDocument>, bool> _records;

    public MongoAttempts(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _attempts = store.Database.GetCollection<BsonDocument>(Collection);
        _finds = new(FindAsync);
        _opens = new(OpenAsync);
        _records = new(RecordAsync);
    }

    /// <summary>What the fleet reads attempts by, beside their id.</summary>
    public static IReadOnlyList<StoreIndex> Indexes { get; } =
    [
        new(Collection, "due", new BsonDocument { { "dueAt", 1 }, { "account", 1 } }) { Only = ("dueAt", null) },
        new(Collection, "due_of_account", new BsonDocument { { "account", 1 }, { "dueAt", 1 } }) { Only = ("dueAt", null) },
        new(Collection, "task", new BsonDocument { { "account", 1 }, { "taskId", 1 } }) { Only = ("taskId", null), IsUnique = true },
        new(Collection, "in_flight", new BsonDocument("account", 1)) { Only = ("slotReturned", false) },
    ];

    public Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancellationToken) => _finds.AskAsync(id, cancellationToken);

    public Task<IReadOnlyList<Attempt>> OfJobAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        ReadAsync(OfJob(jobId, generation), find => find.Sort(new BsonDocument("_id", 1)), All, cancellationToken);

    public Task<bool> OpenAsync(Attempt attempt, CancellationToken cancellationToken) => _opens.AskAsync(attempt, cancellationToken);

    public async Task<TaskClaim> RecordTaskAsync(AttemptId id, string taskId, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        try
        {
            var change = Set.Set("state", Word(AttemptState.Live)).Set("taskId", taskId).Set("dueAt", dueAt.UtcDateTime);
            if (await _records.AskAsync(new(Is(id) & In(AttemptState.Open, AttemptState.Uncertain), change), cancellationToken))
            {
                return TaskClaim.Recorded;
            }
        }
        catch (MongoWriteException refused) when (refused.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return TaskClaim.TakenByAnother;
        }

        return (await FindAsync(id, cancellationToken))?.TaskId == taskId ? TaskClaim.Recorded : TaskClaim.Refused;
    }

    public async Task<Attempt?> HolderAsync(string account, string taskId, CancellationToken cancellationToken) =>
        (await ReadAsync(Where.Eq("account", account) & Where.Exists("taskId") & Where.Eq("taskId", taskId), find => find.Limit(1), All, cancellationToken)).SingleOrDefault();

    public Task<bool> SettleNotCreatedAsync(AttemptId id, ProviderFailure failure, CancellationToken cancellationToken) =>
        ChangeAsync(
            Is(id) & In(AttemptState.Open, AttemptState.Uncertain),
            Set.Set("state", Word(AttemptState.NotCreated)).Set("failure", failure.ToBsonDocument()).Set("slotReturned", true).Unset("dueAt"),
            cancellationToken);

    public Task NoteAsync(AttemptId id, ProviderFailure cause, CancellationToken cancellationToken) =>
        ChangeAsync(Is(id) & In(AttemptState.Open), Set.Set("failure", cause.ToBsonDocument()), cancellationToken);

    public Task<bool> SettleUncertainAsync(AttemptId id, CancellationToken cancellationToken) =>
        ChangeAsync(Is(id) & In(AttemptState.Open), Set.Set("state", Word(AttemptState.Uncertain)).Unset("dueAt"), cancellationToken);

    public Task RearmAsync(AttemptId id, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        // One of these fits, by the state, and what it makes of the attempt fits none that follows.
        var due = Set.Set("dueAt", dueAt.UtcDateTime);
        UpdateOneModel<BsonDocument>[] cases =
        [
            new(Is(id) & In(AttemptState.Open, AttemptState.Live, AttemptState.Ended), due),
            new(Is(id) & In(AttemptState.Uncertain), due.Set("state", Word(AttemptState.Open)).Set("watch.absentReads", 0).Set("watch.failedReads", 0)),
            new(
                Is(id) & In(AttemptState.Closed) & Where.Eq("end.kind", Word(TaskEnd.Unclear)),
                due.Set("state", Word(AttemptState.Live)).Unset("end").Set("watch.misses", 0).Set("watch.mismatches", 0)),
            new(Is(id) & In(AttemptState.Closed), due.Set("state", Word(AttemptState.Ended))),
        ];
        return BulkAsync(cases, cancellationToken);
    }

    public Task<IReadOnlyList<string>> AccountsDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<string>>(
            async token => await (await _attempts.DistinctAsync<string>("account", Where.Exists("dueAt") & Where.Lte("dueAt", now.UtcDateTime), options: null, token)).ToListAsync(token),
            cancellationToken);

    public Task<IReadOnlyList<Attempt>> DueAsync(string account, DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            Where.Eq("account", account) & Where.Exists("dueAt") & Where.Lte("dueAt", now.UtcDateTime),
            find => find.Sort(new BsonDocument { { "account", 1 }, { "dueAt", 1 } }).Limit(limit),
            Readables,
            cancellationToken);

    public Task SaveRoundAsync(IReadOnlyList<AttemptSighting> sightings, CancellationToken cancellationToken) =>
        BulkAsync([.. sightings.GroupBy(seen => (seen.DueAt, seen.Watch, seen.End), seen => seen.Id).Select(same => Seen([.. same], same.Key.DueAt, same.Key.Watch, same.Key.End))], cancellationToken);

    public Task<int> CloseAsync(IReadOnlyList<AttemptId> ids, CancellationToken cancellationToken) =>
        _store.RunAsync(
            async token =>
            {
                var ended = Where.In("_id", ids.Select(Bson)) & In(AttemptState.Ended);
                var close = Set.Set("state", Word(AttemptState.Closed)).Set("slotReturned", true).Unset("dueAt");
                var closed = await _attempts.UpdateManyAsync(ended & Where.Eq("slotReturned", false), close, options: null, token);
                if (closed.ModifiedCount < ids.Count)
                {
                    await _attempts.UpdateManyAsync(ended, close, options: null, token); // ended a second time, after their slot was given back
                }

                return (int)closed.ModifiedCount;
            },
            cancellationToken);

    public Task<long> CountDueAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _attempts.CountDocumentsAsync(Where.Exists("dueAt") & Where.Lte("dueAt", now.UtcDateTime), options: null, token), cancellationToken);

    public Task<int> CountInFlightAsync(string account, CancellationToken cancellationToken) =>
        _store.RunAsync(async token => (int)await _attempts.CountDocumentsAsync(Where.Eq("account", account) & Where.Eq("slotReturned", false), options: null, token), cancellationToken);

    public Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        _store.RunAsync(token => _attempts.DeleteManyAsync(OfJob(jobId, generation), token), cancellationToken);

    private static FilterDefinition<BsonDocument> Is(AttemptId id) => Where.Eq("_id", Bson(id));

    private static FilterDefinition<BsonDocument> In(params AttemptState[] states) =>
        states is [var only] ? Where.Eq("state", Word(only)) : Where.In("state", states.Select(Word));

    /// <summary>Ids are ordered by job, generation and number.</summary>
    private static FilterDefinition<BsonDocument> OfJob(Guid jobId, Guid generation) =>
        Where.Gte("_id", Bson(new AttemptId(jobId, generation, int.MinValue))) & Where.Lte("_id", Bson(new AttemptId(jobId, generation, int.MaxValue)));

    private static BsonDocument Bson(AttemptId id) => id.ToBsonDocument();

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString();

    /// <summary>One write for all of which the same was seen: most of a round's tasks still run.</summary>
    private static UpdateManyModel<BsonDocument> Seen(IReadOnlyList<AttemptId> ids, DateTimeOffset dueAt, AttemptWatch watch, AttemptEnd? end)
    {
        // All but these stays as it is stored now: the round's own copy may be older than the attempt's task.
        var change = watch.ToBsonDocument().Aggregate(Set.Set("dueAt", dueAt.UtcDateTime), (all, watched) => all.Set($"watch.{watched.Name}", watched.Value));
        if (end is not null)
        {
            change = change.Set("state", Word(AttemptState.Ended)).Set("end", end.ToBsonDocument());
        }

        return new(Where.In("_id", ids.Select(Bson)) & In(AttemptState.Open, AttemptState.Live, AttemptState.Ended), change);
    }

    private Task<bool> ChangeAsync(FilterDefinition<BsonDocument> filter, UpdateDefinition<BsonDocument> change, CancellationToken cancellationToken) =>
        _store.RunAsync(async token => (await _attempts.UpdateOneAsync(filter, change, options: null, token)).MatchedCount == 1, cancellationToken);

    private Task BulkAsync(WriteModel<BsonDocument>[] writes, CancellationToken cancellationToken) =>
        writes.Length == 0 ? Task.CompletedTask : _store.RunAsync(token => _attempts.BulkWriteAsync(writes, options: null, token), cancellationToken);

    private async Task<IReadOnlyList<Attempt>> ReadAsync(
        FilterDefinition<BsonDocument> filter,
        Func<IFindFluent<BsonDocument, BsonDocument>, IFindFluent<BsonDocument, BsonDocument>> shape,
        Func<IEnumerable<StoredDocument>, IReadOnlyList<Attempt>> read,
        CancellationToken cancellationToken) =>
        read(await _store.RunAsync(token => shape(_attempts.Find(filter)).As<StoredDocument>().ToListAsync(token), cancellationToken));

    /// <summary>Of what a round looks at: an attempt that this version can't read is another process's.</summary>
    private IReadOnlyList<Attempt> Readables(IEnumerable<StoredDocument> stored) => Readable.Of(_store, stored, Read);

    private static IReadOnlyList<Attempt> All(IEnumerable<StoredDocument> stored) => [.. stored.Select(Read)];

    private static Attempt Read(StoredDocument stored) => stored.Read<Attempt>(Collection);

    private async Task<IReadOnlyList<Attempt?>> FindAsync(IReadOnlyList<AttemptId> ids, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(Where.In("_id", ids.Distinct().Select(Bson)), find => find, All, cancellationToken);
        var byId = found.ToDictionary(attempt => attempt.Id);
        return [.. ids.Select(byId.GetValueOrDefault)];
    }

    /// <summary>
    /// The answer tells how many fitted, not which: unless all did, each is tried by itself, and one that was recorded together with the others is known by its task.
    /// </summary>
    private async Task<IReadOnlyList<bool>> RecordAsync(IReadOnlyList<UpdateOneModel<BsonDocument>> records, CancellationToken cancellationToken)
    {
        if (records.Count > 1)
        {
            var changed = await _store.RunAsync(token => _attempts.BulkWriteAsync(records, new BulkWriteOptions { IsOrdered = false }, token), cancellationToken);
            if (changed.MatchedCount == records.Count)
            {
                return [.. records.Select(_ => true)];
            }
        }

        return await Task.WhenAll(records.Select(record => ChangeAsync(record.Filter, record.Update, cancellationToken)));
    }

    private Task<IReadOnlyList<bool>> OpenAsync(IReadOnlyList<Attempt> attempts, CancellationToken cancellationToken)
    {
        var documents = attempts.Select(attempt => attempt.ToBsonDocument().Add("schema", Schema)).ToList();
        return Inserts.RunAsync(_store, _attempts, documents, stored => stored["owner"], cancellationToken);
    }
}
