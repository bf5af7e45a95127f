using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Submission;
using Workers.MongoDb.Tests.Documents.Corpus;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Documents;

/// <summary>Whatever this version does to a document, it takes nothing away that it does not know.</summary>
[Category("Integration")]
internal sealed class When_a_newer_version_wrote_a_document
{
    private const string New = "fromTheFuture";

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
    public async Task A_job_that_goes_on_keeps_what_is_unknown()
    {
        var stored = await PutAsync("jobs.full", 9, "", "input", "input.references.0", "expect", "trouble", "timeline.0", "timeline.1", "outputs.0", "outputs.1", "costs.0", "costs.1");
        MongoJobs jobs = new(_database.Store);

        var job = (await jobs.FindAsync(stored["_id"].AsGuid, default))!;
        (job.State, job.Version, job.ChangedAt, job.Unannounced) = ("Retrieving", job.Version + 1, Some.Time.AddDays(1), null);
        job.Timeline = [.. job.Timeline, new TimelineEntry(job.ChangedAt, job.State, null)];
        job.Costs = new Dictionary<int, AttemptCost>(job.Costs) { [1] = new(0.10m, 0.2m) };
        Assert.That(await jobs.ReplaceAsync(job, default), Is.True);

        stored["state"] = "Retrieving";
        stored["version"] = job.Version;
        stored["changedAt"] = job.ChangedAt.UtcDateTime;
        stored["costs"][0]["actual"] = 0.2m;
        stored["timeline"].AsBsonArray.Add(new BsonDocument { { "at", job.ChangedAt.UtcDateTime }, { "state", "Retrieving" } });
        stored.Remove("unannounced");
        stored.Remove("endedAt");
        await AssertStoredAsync("jobs", stored, "write");
    }

    [Test]
    public async Task A_timeline_that_has_lost_its_oldest_entry_keeps_each_others_own()
    {
        var stored = await PutAsync("jobs.running", 9, "timeline.1");
        MongoJobs jobs = new(_database.Store);

        var job = (await jobs.FindAsync(stored["_id"].AsGuid, default))!;
        job.Version++;
        job.Timeline = [job.Timeline[1], new TimelineEntry(job.Timeline[1].At, "Retrieving", null)]; // both of one moment
        await jobs.ReplaceAsync(job, default);

        var timeline = (await ReadAsync("jobs", stored["_id"]))["timeline"].AsBsonArray;
        Assert.That(timeline, Has.Count.EqualTo(2));
        Assert.That(timeline[0].AsBsonDocument.Contains(New), Is.True);
        Assert.That(timeline[1].AsBsonDocument.Contains(New), Is.False);
    }

    [Test]
    public async Task An_input_that_was_corrected_is_the_new_one()
    {
        var stored = await PutAsync("jobs.full", 9, "", "input");
        MongoJobs jobs = new(_database.Store);

        var job = (await jobs.FindAsync(stored["_id"].AsGuid, default))!;
        job.Version++;
        job.Input = new JobInput { Model = "another" };
        await jobs.ReplaceAsync(job, default);

        var now = await ReadAsync("jobs", stored["_id"]);
        Assert.That(now["input"], Is.EqualTo(new BsonDocument("model", "another")), "What the newer version added was said of the other input.");
        Assert.That(now.Contains(New), Is.True);
    }

    [Test]
    public async Task A_job_that_is_taken_and_announced_keeps_what_is_unknown()
    {
        var stored = await PutAsync("jobs.full", 9, "", "input", "timeline.0", "outputs.0");
        MongoJobs jobs = new(_database.Store);

        var taken = (await jobs.TakeDueAsync(Some.Time.AddDays(1), TimeSpan.FromHours(1), 10, default)).Single();
        await jobs.MarkAnnouncedAsync(taken.CorrelationId, taken.Unannounced!.Value, default);

        stored["nextCheckAt"] = taken.NextCheckAt!.Value.UtcDateTime;
        stored["checkIntervalMs"] = taken.CheckInterval.TotalMilliseconds;
        stored.Remove("unannounced");
        await AssertStoredAsync("jobs", stored);
    }

    [Test]
    public async Task An_attempt_that_goes_its_way_keeps_what_is_unknown()
    {
        var stored = await PutAsync("attempts.sparse", 9, "", "intent", "estimate", "watch");
        MongoAttempts attempts = new(_database.Store);
        var id = ((Attempt)await CorpusStores.ReadAsync("attempts", stored)).Id;

        Assert.That(await attempts.SettleUncertainAsync(id, default), Is.True);
        await attempts.RearmAsync(id, Some.Time, default);
        Assert.That(await attempts.RecordTaskAsync(id, "task-9", Some.Time, default), Is.EqualTo(TaskClaim.Recorded));
        await attempts.SaveRoundAsync([new(id, Some.Time, new AttemptWatch { Polls = 7 }, Some.End())], default);
        Assert.That(await attempts.CloseAsync([id], default), Is.EqualTo(1));

        stored.Remove("dueAt");
        stored["state"] = "Closed";
        stored["taskId"] = "task-9";
        stored["slotReturned"] = true;
        stored["watch"]["polls"] = 7;
        await AssertStoredAsync("attempts", stored, "end");
    }

    [Test]
    public async Task An_attempt_without_a_task_keeps_what_is_unknown()
    {
        var stored = await PutAsync("attempts.sparse", 9, "", "intent", "watch");
        var id = ((Attempt)await CorpusStores.ReadAsync("attempts", stored)).Id;

        Assert.That(await new MongoAttempts(_database.Store).SettleNotCreatedAsync(id, Some.Refusal(), default), Is.True);

        stored.Remove("dueAt");
        stored["state"] = "NotCreated";
        stored["slotReturned"] = true;
        await AssertStoredAsync("attempts", stored, "failure");
    }

    [Test]
    public async Task An_account_in_use_keeps_what_is_unknown()
    {
        var stored = await PutAsync("accounts.sparse", 9, "");
        MongoAccounts accounts = new(_database.Store);

        await UseAsync(accounts);

        var now = await ReadAsync("accounts", "main");
        Assert.That(now[New], Is.EqualTo(stored[New]));
        Assert.That(now["schema"], Is.EqualTo(stored["schema"]));
    }

    [Test]
    public async Task An_account_in_use_has_the_elements_of_the_corpus()
    {
        await UseAsync(new MongoAccounts(_database.Store));

        var expected = CorpusFiles.Read("accounts.full");
        Assert.That(Shapes(await ReadAsync("accounts", "main")), Is.EquivalentTo(Shapes(expected)));
    }

    /// <summary>All that happens to an account.</summary>
    private static async Task UseAsync(MongoAccounts accounts)
    {
        var name = "main";
        Assert.That(await accounts.TakeSlotAsync(name, new AccountPace(60, 10), Some.Time, default), Is.TypeOf<SlotAnswer.Taken>());
        await accounts.ReturnSlotsAsync(name, 1, default);
        await accounts.CorrectInFlightAsync(await accounts.GetAsync(name, default), 3, default);
        await accounts.PauseAsync(name, new(FailureBucket.Quota, "No money.", Some.Time, Some.Time.AddHours(1)), default);
        await accounts.OpenAsync(name, default);
        await accounts.PauseAsync(name, new(FailureBucket.Quota, "No money.", Some.Time, Some.Time.AddHours(1)), default);
        var round = await accounts.StartRoundAsync(name, Some.Time, TimeSpan.FromMinutes(1), default);
        Assert.That(await accounts.TakeRoundAsync(name, round!.Value, Some.Time, TimeSpan.FromMinutes(1), default), Is.True);
        Assert.That(await accounts.RenewRoundAsync(name, round.Value, Some.Time, TimeSpan.FromMinutes(1), default), Is.True);
        await accounts.EndRoundAsync(name, round.Value, Some.Time, default);
    }

    private static IEnumerable<string> Shapes(BsonDocument document) => document.SelectMany(element =>
        element.Value is BsonDocument inner ? Shapes(inner).Select(shape => $"{element.Name}.{shape}") : [$"{element.Name}: {element.Value.BsonType}"]);

    /// <summary>A document of the corpus with a newer schema, and elements that nobody knows at these places.</summary>
    private async Task<BsonDocument> PutAsync(string name, int schema, params string[] places)
    {
        var document = CorpusFiles.Read(name);
        document["schema"] = schema;
        foreach (var place in places)
        {
            var at = place.Split('.', StringSplitOptions.RemoveEmptyEntries)
                .Aggregate((BsonValue)document, (value, part) => value is BsonArray array ? array[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : value[part]);
            at[New] = new BsonDocument { { "at", place }, { "list", new BsonArray { 1, "two" } } };
        }

        await Collection(CorpusFiles.CollectionOf(name)).InsertOneAsync(document);
        return document;
    }

    private async Task AssertStoredAsync(string collection, BsonDocument expected, params string[] newElements)
    {
        var now = await ReadAsync(collection, expected["_id"]);
        foreach (var element in newElements)
        {
            Assert.That(now.Contains(element), Is.True, element);
            now.Remove(element);
        }

        Assert.That(now.OrderBy(element => element.Name, StringComparer.Ordinal), Is.EqualTo(expected.OrderBy(element => element.Name, StringComparer.Ordinal)));
    }

    private Task<BsonDocument> ReadAsync(string collection, BsonValue id) => Collection(collection).Find(Builders<BsonDocument>.Filter.Eq("_id", id)).SingleAsync();

    private IMongoCollection<BsonDocument> Collection(string name) => _database.Store.Database.GetCollection<BsonDocument>(name);
}
