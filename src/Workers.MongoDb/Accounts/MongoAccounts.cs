using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using Workers.Jobs.Accounts;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;

namespace Workers.MongoDb.Accounts;

/// <summary>The accounts' records in MongoDB: collection <c>accounts</c>. A missing record is made by the first write.</summary>
internal sealed class MongoAccounts : IAccounts
{
    private const int Schema = 1;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;
    private static readonly FindOneAndUpdateOptions<BsonDocument> After = new() { ReturnDocument = ReturnDocument.After };

    private readonly Store _store;
    private readonly IMongoCollection<BsonDocument> _accounts;

    public MongoAccounts(Store store)
    {
        DocumentMap.EnsureRegistered();
        _store = store;
        _accounts = store.Database.GetCollection<BsonDocument>("accounts");
    }

    public async Task<Account> GetAsync(string name, CancellationToken cancellationToken) => Read(name, await FindAsync(name, cancellationToken));

    public Task<SlotAnswer> TakeSlotAsync(string name, AccountPace pace, DateTimeOffset now, CancellationToken cancellationToken) =>
        _store.RunAsync(
            async token =>
            {
                // The rule stands in the filter as well as in words below: one round trip where there is room.
                var (interval, lead) = SlotRules.Rate(pace);
                var hasRoom = Where.Eq("_id", name) & Where.Lt("inFlight", pace.TasksInFlight) & Where.Lte("nextCreateTicks", (now + lead).UtcTicks)
                    & (Where.Exists("pause", false) | Where.Lte("pause.until", now.UtcDateTime));
                var take = Then(new BsonDocument
                {
                    { "inFlight", Sum("$inFlight", 1) },
                    { "serial", Sum("$serial", 1L) },
                    { "nextCreateTicks", Sum(new BsonDocument("$max", new BsonArray { "$nextCreateTicks", now.UtcTicks }), interval.Ticks) },
                });
                while (true)
                {
                    if (await _accounts.FindOneAndUpdateAsync(hasRoom, take, After, token) is { } taken)
                    {
                        return new SlotAnswer.Taken(taken["serial"].ToInt64());
                    }

                    var seen = await _accounts.Find(Where.Eq("_id", name)).FirstOrDefaultAsync(token);
                    if (seen is null)
                    {
                        await MakeAsync(name, token);
                    }
                    else if (SlotRules.Judge(Read(name, seen), pace, now) is { } refusal)
                    {
                        return refusal;
                    }
                }
            },
            cancellationToken);

    public Task ReturnSlotsAsync(string name, int count, CancellationToken cancellationToken) =>
        count == 0
            ? Task.CompletedTask
            : ChangeAsync(Where.Eq("_id", name), Then(new BsonDocument("inFlight", new BsonDocument("$max", new BsonArray { 0, Sum("$inFlight", -count) }))), cancellationToken);

    public Task CorrectInFlightAsync(Account seen, int counted, CancellationToken cancellationToken) =>
        ChangeOrMakeAsync(seen.Name, Where.Eq("serial", seen.Serial), Set.Set("inFlight", counted), cancellationToken);

    public Task PauseAsync(string name, AccountPause pause, CancellationToken cancellationToken) =>
        ChangeOrMakeAsync(
            name, Where.Exists("pause", false) | Where.Lt("pause.until", pause.Until.UtcDateTime), Set.Set("pause", pause.ToBsonDocument()), cancellationToken);

    public Task OpenAsync(string name, CancellationToken cancellationToken) => ChangeAsync(Where.Eq("_id", name), Set.Unset("pause"), cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> StartRoundsAsync(IReadOnlyCollection<string> names, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        // What was started is known by this; also by a try that was carried out before its answer was lost, or nobody would do the rounds until their lease is over.
        var starter = new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard);
        var start = Set.Inc("round", 1L).Set("roundUnderWay", true).Set("roundTaken", false).Set("nextRoundAt", (now + lease).UtcDateTime).Set("roundStarter", starter);
        return _store.RunAsync<IReadOnlyDictionary<string, long>>(
            async token =>
            {
                var seen = await StartAsync(token);
                var missing = names.Except(seen.Select(account => account["_id"].AsString)).ToList();
                if (missing.Count > 0)
                {
                    await Task.WhenAll(missing.Select(name => MakeAsync(name, token)));
                    seen = await StartAsync(token);
                }

                return seen.Where(account => account.GetValue("roundStarter", BsonNull.Value) == starter).ToDictionary(account => account["_id"].AsString, account => account["round"].ToInt64());
            },
            cancellationToken);

        async Task<List<BsonDocument>> StartAsync(CancellationToken token)
        {
            await _accounts.UpdateManyAsync(Where.In("_id", names) & Where.Lte("nextRoundAt", now.UtcDateTime), start, options: null, token);
            return await _accounts.Find(Where.In("_id", names)).Project(Builders<BsonDocument>.Projection.Include("round").Include("roundStarter")).ToListAsync(token);
        }
    }

    public Task<bool> TakeRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldRoundAsync(name, round, taken: false, now, lease, cancellationToken);

    public Task<bool> RenewRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldRoundAsync(name, round, taken: true, now, lease, cancellationToken);

    public Task EndRoundAsync(string name, long round, DateTimeOffset next, CancellationToken cancellationToken) =>
        ChangeAsync(
            Where.Eq("_id", name) & Where.Eq("round", round), Set.Set("roundUnderWay", false).Set("roundTaken", false).Set("nextRoundAt", next.UtcDateTime), cancellationToken);

    private Task<bool> HoldRoundAsync(string name, long round, bool taken, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        var holder = new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard);
        return _store.RunAsync(
            async (isAgain, token) =>
            {
                var held = await _accounts.UpdateOneAsync(
                    Where.Eq("_id", name) & Where.Eq("round", round) & Where.Eq("roundUnderWay", true) & Where.Eq("roundTaken", taken) & Where.Gt("nextRoundAt", now.UtcDateTime),
                    Set.Set("roundTaken", true).Set("nextRoundAt", (now + lease).UtcDateTime).Set("roundHolder", holder),
                    options: null,
                    token);
                return held.MatchedCount == 1
                    || (isAgain && await _accounts.CountDocumentsAsync(Where.Eq("_id", name) & Where.Eq("round", round) & Where.Eq("roundHolder", holder), null, token) == 1);
            },
            cancellationToken);
    }

    private Task<BsonDocument?> FindAsync(string name, CancellationToken cancellationToken) =>
        _store.RunAsync<BsonDocument?>(async token => await _accounts.Find(Where.Eq("_id", name)).FirstOrDefaultAsync(token), cancellationToken);

    private Task<bool> ChangeAsync(FilterDefinition<BsonDocument> filter, UpdateDefinition<BsonDocument> change, CancellationToken cancellationToken) =>
        _store.RunAsync(async token => (await _accounts.UpdateOneAsync(filter, change, options: null, token)).MatchedCount == 1, cancellationToken);

    private async Task ChangeOrMakeAsync(string name, FilterDefinition<BsonDocument> condition, UpdateDefinition<BsonDocument> change, CancellationToken cancellationToken)
    {
        var filter = Where.Eq("_id", name) & condition;
        if (!await ChangeAsync(filter, change, cancellationToken))
        {
            // Perhaps there is no record yet, perhaps the condition does not hold; and another may have made the record in between.
            await _store.RunAsync(token => MakeAsync(name, token), cancellationToken);
            await ChangeAsync(filter, change, cancellationToken);
        }
    }

    /// <summary>Makes the record of an account that has none; false when it is there. Not an upsert: two of them may both believe that theirs was the first.</summary>
    private async Task<bool> MakeAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _accounts.InsertOneAsync(
                new BsonDocument
                {
                    { "_id", name },
                    { "schema", Schema },
                    { "inFlight", 0 },
                    { "serial", 0L },
                    { "nextCreateTicks", 0L },
                    { "round", 0L },
                    { "nextRoundAt", DateTime.MinValue.ToUniversalTime() },
                    { "roundUnderWay", false },
                    { "roundTaken", false },
                },
                options: null,
                cancellationToken);
            return true;
        }
        catch (MongoWriteException refused) when (refused.WriteError?.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private static Account Read(string name, BsonDocument? stored) => stored is null ? new Account { Name = name } : new Account
    {
        Name = name,
        Pause = stored.TryGetValue("pause", out var pause) ? BsonSerializer.Deserialize<AccountPause>(pause.AsBsonDocument) : null,
        InFlight = stored["inFlight"].ToInt32(),
        Serial = stored["serial"].ToInt64(),
        NextCreateAt = new DateTimeOffset(stored["nextCreateTicks"].ToInt64(), TimeSpan.Zero), // in ticks: at many calls a minute the rate counts less than milliseconds
        Round = stored["round"].ToInt64(),
        NextRoundAt = stored["nextRoundAt"].ToUniversalTime(),
        RoundUnderWay = stored["roundUnderWay"].ToBoolean(),
        RoundTaken = stored["roundTaken"].ToBoolean(),
    };

    private static UpdateDefinition<BsonDocument> Then(BsonDocument set) => Set.Pipeline(new BsonDocument[] { new("$set", set) });

    private static BsonDocument Sum(BsonValue one, BsonValue other) => new("$add", new BsonArray { one, other });
}
