using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Submission;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Connections;

/// <summary>The write was done and nobody heard: the next try of the same call knows it for its own.</summary>
[Category("Integration")]
internal sealed class When_an_answer_is_lost
{
    private StoreOnAWire _store = null!;

    [SetUp]
    public async Task CreateStore()
    {
        _store = await StoreOnAWire.CreateAsync();
        await _store.Store.RunAsync(_ => Task.FromResult(true), default);
    }

    [TearDown]
    public async Task DropStore()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }
    }

    [Test]
    public async Task A_job_that_was_added_counts_as_added()
    {
        var job = Some.Job();
        var added = await LosingTheAnswerAsync(
            () => new MongoJobs(_store.Store).AddAsync(job, default),
            async () => await new MongoJobs(_store.Directly).FindAsync(job.CorrelationId, default) is not null);

        Assert.That(added, Is.True);
    }

    [Test]
    public async Task Of_two_of_one_id_that_went_together_one_counts_as_added()
    {
        const string Collection = "twins";
        BsonDocument[] twins = [new BsonDocument { { "_id", 1 }, { "generation", 1 } }, new BsonDocument { { "_id", 1 }, { "generation", 2 } }];
        var collection = _store.Store.Database.GetCollection<BsonDocument>(Collection);

        var added = await LosingTheAnswerAsync(
            () => Inserts.RunAsync(_store.Store, collection, twins, twin => twin["generation"], default),
            async () => await _store.Directly.Database.GetCollection<BsonDocument>(Collection).EstimatedDocumentCountAsync() == 1);

        Assert.That(added.Count(isAdded => isAdded), Is.EqualTo(1));
    }

    [Test]
    public async Task A_job_that_was_replaced_counts_as_replaced()
    {
        var job = Some.Job();
        await new MongoJobs(_store.Directly).AddAsync(job, default);
        job.Version++;

        var replaced = await LosingTheAnswerAsync(
            () => new MongoJobs(_store.Store).ReplaceAsync(job, default),
            async () => (await new MongoJobs(_store.Directly).FindAsync(job.CorrelationId, default))!.Version == job.Version);

        Assert.That(replaced, Is.True);
    }

    [Test]
    public async Task A_job_that_another_replaced_meanwhile_does_not()
    {
        var job = Some.Job();
        var directly = new MongoJobs(_store.Directly);
        await directly.AddAsync(job, default);
        job.Version++;

        var replaced = await LosingTheAnswerAsync(
            () => new MongoJobs(_store.Store).ReplaceAsync(job, default),
            async () => (await directly.FindAsync(job.CorrelationId, default)) is { } stored && stored.Version == job.Version && await ReplaceAsync(directly, stored));

        Assert.That(replaced, Is.False, "The message is judged again, on what the other wrote.");

        static async Task<bool> ReplaceAsync(MongoJobs jobs, Workers.Jobs.Lifecycle.Job stored)
        {
            stored.Version++;
            return await jobs.ReplaceAsync(stored, default);
        }
    }

    [Test]
    public async Task An_attempt_that_was_opened_is_its_owners()
    {
        var attempt = Some.Attempt();
        var opened = await LosingTheAnswerAsync(
            () => new MongoAttempts(_store.Store).OpenAsync(attempt, default),
            async () => await new MongoAttempts(_store.Directly).FindAsync(attempt.Id, default) is not null);

        Assert.That(opened, Is.True);
    }

    [Test]
    public async Task An_attempt_has_the_task_that_was_recorded()
    {
        var attempt = Some.Attempt();
        await new MongoAttempts(_store.Directly).OpenAsync(attempt, default);

        var claim = await LosingTheAnswerAsync(
            () => new MongoAttempts(_store.Store).RecordTaskAsync(attempt.Id, "task-1", Some.Time, default),
            async () => (await new MongoAttempts(_store.Directly).FindAsync(attempt.Id, default))!.TaskId is not null);

        Assert.That(claim, Is.EqualTo(TaskClaim.Recorded));
    }

    [Test]
    public async Task A_round_that_was_started_has_its_number_and_one_that_was_taken_its_holder()
    {
        var (over, directly) = (new MongoAccounts(_store.Store), new MongoAccounts(_store.Directly));
        await directly.OpenAsync("main", default);
        await directly.PauseAsync("main", new Jobs.Accounts.AccountPause(Contracts.FailureBucket.Quota, "", Some.Time, Some.Time), default); // makes the record

        var started = await LosingTheAnswerAsync(
            () => over.StartRoundAsync("main", Some.Time, TimeSpan.FromMinutes(1), default),
            async () => (await directly.GetAsync("main", default)).Round == 1);
        var taken = await LosingTheAnswerAsync(
            () => over.TakeRoundAsync("main", 1, Some.Time, TimeSpan.FromMinutes(1), default),
            async () => (await directly.GetAsync("main", default)).RoundTaken);

        Assert.That(started, Is.EqualTo(1));
        Assert.That(taken, Is.True);
    }

    private async Task<T> LosingTheAnswerAsync<T>(Func<Task<T>> call, Func<Task<bool>> isDone)
    {
        _store.Wire.LoseAnswers();
        var calling = call();
        await Eventually.HoldsAsync(isDone, () => "It should have happened long ago.");
        Assert.That(calling.IsCompleted, Is.False);
        _store.Wire.Mend();
        return await calling;
    }
}
