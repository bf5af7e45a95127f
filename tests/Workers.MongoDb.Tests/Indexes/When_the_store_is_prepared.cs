using MongoDB.Bson;
using MongoDB.Driver;
using Workers.MongoDb.Indexes;
using Workers.MongoDb.Lifecycle;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Indexes;

/// <summary>Indexes as a server keeps them.</summary>
[Category("Integration")]
internal sealed class When_the_store_is_prepared
{
    private static readonly StoreIndex Declared = new("things", "by_time", new BsonDocument { { "at", 1 }, { "_id", 1 } }) { Only = ("at", null) };

    private TestDatabase _database = null!;

    [SetUp]
    public async Task Create() => _database = await TestDatabase.CreateAsync();

    [TearDown]
    public async Task Drop()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task All_indexes_are_made_and_the_second_time_changes_nothing()
    {
        IndexDeployment deployment = new(_database.Store.Database, StoreIndexes.All);
        Assert.That(await deployment.CheckAsync(default), Is.EqualTo(StoreIndexes.All.Select(index => new IndexFinding(IndexFindingKind.Missing, index.Collection, index.Name))));

        await deployment.PrepareAsync(default);

        Assert.That(await deployment.CheckAsync(default), Is.Empty);
        var made = await StoredAsync();
        Assert.That(made.Count(index => index["name"] != "_id_"), Is.EqualTo(StoreIndexes.All.Count));

        await deployment.PrepareAsync(default);

        Assert.That(await StoredAsync(), Is.EqualTo(made));
    }

    [Test]
    public async Task A_missing_one_is_told_and_made()
    {
        IndexDeployment deployment = new(_database.Store.Database, StoreIndexes.All);
        await new IndexDeployment(_database.Store.Database, [.. StoreIndexes.All.Where(index => index.Name != "tenant")]).PrepareAsync(default);

        Assert.That(await deployment.CheckAsync(default), Is.EqualTo(new IndexFinding[] { new(IndexFindingKind.Missing, MongoJobs.Collection, "tenant") }));

        await deployment.PrepareAsync(default);
        Assert.That(await deployment.CheckAsync(default), Is.Empty);
    }

    [Test]
    public async Task A_superfluous_one_is_told_and_left()
    {
        IndexDeployment deployment = new(_database.Store.Database, StoreIndexes.All);
        await deployment.PrepareAsync(default);
        await Indexes(MongoJobs.Collection).CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("tags", 1), new CreateIndexOptions { Name = "of_somebody" }));

        await deployment.PrepareAsync(default);

        Assert.That(await deployment.CheckAsync(default), Is.EqualTo(new IndexFinding[] { new(IndexFindingKind.Superfluous, MongoJobs.Collection, "of_somebody") }));
    }

    [TestCaseSource(nameof(Others))]
    public async Task A_different_one_is_told_and_left(StoreIndex other)
    {
        await Indexes(Declared.Collection).CreateOneAsync(other.Model());
        IndexDeployment deployment = new(_database.Store.Database, [Declared]);
        var before = await StoredAsync();

        Assert.That(await deployment.CheckAsync(default), Is.EqualTo(new IndexFinding[] { new(IndexFindingKind.Different, Declared.Collection, Declared.Name) }));
        Assert.That(() => deployment.PrepareAsync(default), Throws.TypeOf<StoreUnfitException>().With.Message.Contains("things.by_time"));
        Assert.That(await StoredAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task Another_time_to_live_is_told()
    {
        var soon = Expiring(TimeSpan.FromHours(1));
        await new IndexDeployment(_database.Store.Database, [soon]).PrepareAsync(default);

        Assert.That(await new IndexDeployment(_database.Store.Database, [soon]).CheckAsync(default), Is.Empty);
        Assert.That(
            await new IndexDeployment(_database.Store.Database, [Expiring(TimeSpan.FromHours(2))]).CheckAsync(default),
            Is.EqualTo(new IndexFinding[] { new(IndexFindingKind.Different, "things", "expiry") }));
    }

    [Test]
    public async Task The_fleet_waits_for_whoever_drops_a_different_one_and_goes_on_by_itself()
    {
        await Indexes(MongoJobs.Collection).CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("tags", 1), new CreateIndexOptions { Name = "due" }));
        MongoJobs jobs = new(_database.Store);
        var job = Some.Job();

        var adding = jobs.AddAsync(job, default);
        await Eventually.HoldsAsync(() => _database.Store.Trouble is not null, () => "The store should be in trouble.", 60);

        Assert.That(_database.Store.Trouble, Does.Contain("jobs.due").And.Contain("workers store check").And.Contain("drop"));
        Assert.That(adding.IsCompleted, Is.False);

        await _database.Store.Database.DropCollectionAsync(MongoJobs.Collection); // with its index, and nothing else in it

        Assert.That(await adding.WaitAsync(TimeSpan.FromSeconds(60)), Is.True);
        Assert.That(_database.Store.Trouble, Is.Null);
        Assert.That(await new IndexDeployment(_database.Store.Database, StoreIndexes.All).CheckAsync(default), Is.Empty);
    }

    private static IEnumerable<StoreIndex> Others() =>
    [
        Declared with { Keys = new BsonDocument { { "at", -1 }, { "_id", 1 } } },
        Declared with { Keys = new BsonDocument { { "_id", 1 }, { "at", 1 } } },
        Declared with { Keys = new BsonDocument("at", 1) },
        Declared with { Only = null },
        Declared with { Only = ("other", null) },
        Declared with { Only = ("at", 1) },
        Declared with { IsUnique = true },
    ];

    private static StoreIndex Expiring(TimeSpan after) => new("things", "expiry", new BsonDocument("at", 1)) { ExpireAfter = after };

    private async Task<List<BsonDocument>> StoredAsync()
    {
        List<BsonDocument> stored = [];
        foreach (var collection in StoreIndexes.All.Select(index => index.Collection).Append(Declared.Collection).Distinct())
        {
            using var cursor = await Indexes(collection).ListAsync();
            stored.AddRange(await cursor.ToListAsync());
        }

        return stored;
    }

    private IMongoIndexManager<BsonDocument> Indexes(string collection) => _database.Store.Database.GetCollection<BsonDocument>(collection).Indexes;
}
