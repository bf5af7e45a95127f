using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Indexes;

namespace Workers.MongoDb.Lifecycle;

/// <summary>The jobs' documents in MongoDB: collection <c>jobs</c>.</summary>
internal sealed class MongoJobs : IJobs
{
    public const string Collection = "jobs";

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _jobs;
    private readonly Batches<Guid, StoredDocument?> _finds;
    private readonly Batches<Job, bool> _adds;
    private readonly Batches<Replacement, bool> _replacements;
    private readonly Batches<(Guid JobId, int Step), bool> _announced;

    public MongoJobs(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _jobs = store.Database.GetCollection<BsonDocument>(Collection);
        _finds = new(FindAsync);
        _adds = new(AddAsync);
        _replacements = new(ReplaceAsync);
        _announced = new(MarkAnnouncedAsync);
    }

    /// <summary>What the fleet reads jobs by, beside their id.</summary>
    public static IReadOnlyList<StoreIndex> Indexes { get; } =
    [
        new(Collection, "due", new BsonDocument("nextCheckAt", 1)) { Only = ("nextCheckAt", null) },
        new(Collection, "live", new BsonDocument { { "state", 1 }, { "changedAt", 1 } }) { Only = ("nextCheckAt", null) },
        new(Collection, "unannounced", new BsonDocument("changedAt", 1)) { Only = ("unannounced", null) },
        new(Collection, "ended", new BsonDocument { { "tenant", 1 }, { "endedAt", 1 }, { "_id", 1 } }) { Only = ("endedAt", null) },
        new(Collection, "submitted", new BsonDocument { { "submittedAt", -1 }, { "_id", -1 } }),
        new(Collection, "blocked", new BsonDocument { { "submittedAt", -1 }, { "_id", -1 }, { "state", 1 } }) { Only = ("state", nameof(JobLifecycle.Blocked)) },
        new(Collection, "tenant", new BsonDocument { { "tenant", 1 }, { "state", 1 }, { "submittedAt", -1 }, { "_id", -1 } }),
        new(Collection, "user", new BsonDocument { { "userHash", 1 }, { "submittedAt", -1 }, { "_id", -1 } }) { Only = ("userHash", null) },
    ];

    public async Task<Job?> FindAsync(Guid jobId, CancellationToken cancellationToken) =>
        await _finds.AskAsync(jobId, cancellationToken) is { } found ? JobDocuments.Read(found) : null;

    public Task<bool> AddAsync(Job job, CancellationToken cancellationToken) => _adds.AskAsync(job, cancellationToken);

    public Task<bool> ReplaceAsync(Job job, CancellationToken cancellationToken) => _replacements.AskAsync(JobDocuments.Replace(job), cancellationToken);

    public async Task<IReadOnlyList<Job>> TakeDueAsync(DateTimeOffset now, TimeSpan longestInterval, int limit, CancellationToken cancellationToken)
    {
        var due = await ReadAsync(Where.Exists("nextCheckAt") & Where.Lte("nextCheckAt", now.UtcDateTime), new BsonDocument("nextCheckAt", 1), limit, Readables, cancellationToken, hint: "due");
        var taken = await Task.WhenAll(due.Select(job => TakeAsync(job, now, longestInterval, cancellationToken)));
        return [.. due.Zip(taken).Where(pair => pair.Second).Select(pair => pair.First)];
    }

    public Task<IReadOnlyList<Job>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        ReadAsync(Where.Exists("unannounced") & Where.Lt("changedAt", before.UtcDateTime), new BsonDocument("changedAt", 1), limit, Readables, cancellationToken, hint: "unannounced");

    public Task MarkAnnouncedAsync(Guid jobId, int step, CancellationToken cancellationToken) => _announced.AskAsync((jobId, step), cancellationToken);

    public async Task<IReadOnlyList<Job>> ListAsync(JobQuery query, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        List<Job> page = [];
        var all = Filter(query) & Pages.After(after, "submittedAt");
        foreach (var stretch in Pages.Backwards("submittedAt", after?.At ?? _store.Now, query.Since).TakeWhile(_ => page.Count < limit))
        {
            page.AddRange(await ReadAsync(all & stretch, Pages.NewestBy("submittedAt"), limit - page.Count, All, cancellationToken, hint: IndexOf(query)));
        }

        return page;
    }

    public Task<IReadOnlyDictionary<string, long>> CountLiveAsync(CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyDictionary<string, long>>(
            async token =>
            {
                var counts = await _jobs.Aggregate(new AggregateOptions { Hint = "live" })
                    .Match(Where.Exists("nextCheckAt"))
                    .Group(new BsonDocument { { "_id", "$state" }, { "count", new BsonDocument("$sum", 1) } })
                    .ToListAsync(token);
                var live = counts.ToDictionary(count => count["_id"].AsString, count => count["count"].ToInt64(), StringComparer.Ordinal);

                // Nobody looks at a blocked job until a person acts: it is not among those that are due some time.
                if (await _jobs.CountDocumentsAsync(Where.Eq("state", nameof(JobLifecycle.Blocked)), options: null, token) is > 0 and var blocked)
                {
                    live[nameof(JobLifecycle.Blocked)] = blocked;
                }

                return live;
            },
            cancellationToken);

    public Task<DateTimeOffset?> OldestWaitingAsync(CancellationToken cancellationToken) =>
        _store.RunAsync<DateTimeOffset?>(
            async token =>
            {
                var oldest = await _jobs.Find(Where.Exists("nextCheckAt") & Where.Eq("state", nameof(JobLifecycle.Waiting)), new FindOptions { Hint = "live" })
                    .Sort(new BsonDocument { { "state", 1 }, { "changedAt", 1 } }).Limit(1).Project(Builders<BsonDocument>.Projection.Include("changedAt")).FirstOrDefaultAsync(token);
                return oldest?["changedAt"].ToUniversalTime();
            },
            cancellationToken);

    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<string>>(
            async token =>
            {
                using var tenants = await _jobs.DistinctAsync<string>("tenant", Where.Empty, options: null, token);
                return await tenants.ToListAsync(token);
            },
            cancellationToken);

    public Task<IReadOnlyList<Job>> EndedAsync(string tenant, DateTimeOffset before, PagePosition? after, int limit, CancellationToken cancellationToken) =>
        ReadAsync(
            Where.Eq("tenant", tenant) & Where.Exists("endedAt") & Where.Lt("endedAt", before.UtcDateTime) & Pages.Past(after, "endedAt") & Where.Exists("unannounced", false),
            Pages.OldestBy("endedAt"),
            limit,
            Readables,
            cancellationToken);

    public Task<bool> RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        _store.RunAsync(
            async (isAgain, token) =>
            {
                var removed = await _jobs.DeleteOneAsync(Where.Eq("_id", jobId) & Where.Eq("generation", generation), token);
                return removed.DeletedCount == 1 || isAgain; // an earlier try was done after all
            },
            cancellationToken);

    /// <summary>What a page is read by. Left to choose, PostgreSQL under DocumentDB has several processes read a large collection and sort it, rather than one follow an index to the page's end.</summary>
    private static string IndexOf(JobQuery query) => query switch
    {
        { UserHash: not null } => "user",
        { TenantId: not null } => "tenant",
        { States: [nameof(JobLifecycle.Blocked)] } => "blocked",
        _ => "submitted",
    };

    private static FilterDefinition<BsonDocument> Filter(JobQuery query)
    {
        // Of a tenant all states are named where none is asked for: its index is then read state by state, each in order.
        var states = query.States ?? (query.TenantId is null ? null : JobQuery.AllStates);
        List<FilterDefinition<BsonDocument>> all =
        [
            query.TenantId is { } tenant ? Where.Eq("tenant", tenant) : Where.Empty,
            states switch { null => Where.Empty, [var state] => Where.Eq("state", state), _ => Where.In("state", states) },
            query.Bucket is { } bucket ? Where.Eq("trouble.bucket", bucket.ToString()) : Where.Empty,
            query.UserHash is { } user ? Where.Exists("userHash") & Where.Eq("userHash", user) : Where.Empty,
        ];
        return Where.And(all);
    }

    /// <summary>The next look is moved on if it is still the one that was read: of two sweeps one gets the job.</summary>
    private async Task<bool> TakeAsync(Job job, DateTimeOffset now, TimeSpan longestInterval, CancellationToken cancellationToken)
    {
        var (was, next) = (job.NextCheckAt, now + job.CheckInterval);
        job.NextCheckAt = next;
        job.CheckInterval = job.CheckInterval >= longestInterval / 2 ? longestInterval : job.CheckInterval * 2;
        return await _store.RunAsync(
            async token =>
            {
                var moved = await _jobs.UpdateOneAsync(
                    Where.Eq("_id", job.CorrelationId) & Where.Eq("nextCheckAt", was!.Value.UtcDateTime) & Where.Eq("version", job.Version),
                    Builders<BsonDocument>.Update.Set("nextCheckAt", next.UtcDateTime).Set("checkIntervalMs", job.CheckInterval.TotalMilliseconds),
                    options: null,
                    token);
                return moved.ModifiedCount == 1;
            },
            cancellationToken);
    }

    /// <param name="filter">Which.</param>
    /// <param name="order">In which order.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="read">What is made of them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="hint">The index to read by, where that is known: the store need not weigh its choice by how many jobs there are.</param>
    private async Task<IReadOnlyList<Job>> ReadAsync(
        FilterDefinition<BsonDocument> filter, BsonDocument order, int limit, Func<IEnumerable<StoredDocument>, IReadOnlyList<Job>> read, CancellationToken cancellationToken, string? hint = null) =>
        read(await _store.RunAsync(token => _jobs.Find(filter, hint is null ? null : new FindOptions { Hint = hint }).Sort(order).Limit(limit).As<StoredDocument>().ToListAsync(token), cancellationToken));

    /// <summary>Of what is to be worked on: a job that this version can't read is another process's.</summary>
    private IReadOnlyList<Job> Readables(IEnumerable<StoredDocument> stored) => Readable.Of(_store, stored, JobDocuments.Read);

    /// <summary>Of what a person or an erasure asks for: nothing may be passed over in silence.</summary>
    private static IReadOnlyList<Job> All(IEnumerable<StoredDocument> stored) => [.. stored.Select(JobDocuments.Read)];

    private Task<IReadOnlyList<StoredDocument?>> FindAsync(IReadOnlyList<Guid> ids, CancellationToken cancellationToken) =>
        _store.RunAsync<IReadOnlyList<StoredDocument?>>(
            async token =>
            {
                var found = await _jobs.Find(Where.In("_id", ids.Distinct())).As<StoredDocument>().ToListAsync(token);
                var byId = found.ToDictionary(document => document.Id);
                return [.. ids.Select(byId.GetValueOrDefault)];
            },
            cancellationToken);

    private Task<IReadOnlyList<bool>> AddAsync(IReadOnlyList<Job> jobs, CancellationToken cancellationToken)
    {
        var documents = jobs.Select(job => JobDocuments.Write(job)).ToList();
        return Inserts.RunAsync(_store, _jobs, documents, stored => stored["generation"], cancellationToken);
    }

    /// <summary>The answer tells how many fitted, not which: unless all did, what was done is known by the ids of the writes, as it is where an earlier try was done after all.</summary>
    private Task<IReadOnlyList<bool>> ReplaceAsync(IReadOnlyList<Replacement> replacements, CancellationToken cancellationToken)
    {
        var writes = replacements.Select(one => new ReplaceOneModel<BsonDocument>(Where.Eq("_id", one.JobId) & Where.Eq("version", one.Version - 1), one.Document)).ToList();
        return _store.RunAsync<IReadOnlyList<bool>>(
            async (isAgain, token) =>
            {
                var replaced = await _jobs.BulkWriteAsync(writes, new BulkWriteOptions { IsOrdered = false }, token);
                if (replaced.MatchedCount == writes.Count)
                {
                    return [.. writes.Select(_ => true)];
                }

                var done = isAgain || writes.Count > 1 ? await LastWritesAsync(replacements.Select(one => one.JobId), token) : [];
                return [.. replacements.Select(one => done.Contains(one.Write))];
            },
            cancellationToken);
    }

    private async Task<HashSet<Guid>> LastWritesAsync(IEnumerable<Guid> ids, CancellationToken cancellationToken)
    {
        var stored = await _jobs.Find(Where.In("_id", ids.Distinct()) & Where.Exists(JobDocuments.WriteId)).Project(Builders<BsonDocument>.Projection.Include(JobDocuments.WriteId)).ToListAsync(cancellationToken);
        return [.. stored.Select(document => document[JobDocuments.WriteId].AsGuid)];
    }

    private async Task<IReadOnlyList<bool>> MarkAnnouncedAsync(IReadOnlyList<(Guid JobId, int Step)> announced, CancellationToken cancellationToken)
    {
        var marks = announced.GroupBy(one => one.Step, one => one.JobId).Select(same => new UpdateManyModel<BsonDocument>(
            Where.In("_id", same.Distinct()) & Where.Eq("unannounced", same.Key), Builders<BsonDocument>.Update.Unset("unannounced")));
        await _store.RunAsync(token => _jobs.BulkWriteAsync([.. marks], new BulkWriteOptions { IsOrdered = false }, token), cancellationToken);
        return [.. announced.Select(_ => true)];
    }
}
