using Microsoft.Extensions.Logging;
using MongoDB.Bson;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Documents;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Submission;
using Workers.MongoDb.Tests.Documents.Corpus;
using Workers.MongoDb.Tests.Recording;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Documents;

/// <summary>A word decides what is done next: a process that does not know it leaves the document alone, says so, and goes on with all others.</summary>
internal sealed class When_a_newer_version_wrote_a_word
{
    private static readonly string[] Words = ["state", "standing", "trouble.disposition"];

    [TestCaseSource(nameof(Words))]
    public void The_job_is_refused_with_collection_id_element_and_rule(string path)
    {
        var fault = Assert.ThrowsAsync<UnreadableDocumentException>(() => CorpusStores.ReadAsync("jobs", With("jobs.full", path)))!;

        Assert.That(fault.Message, Does.StartWith("jobs, _id ").And.Contain("01020304-0506-8708-890a-0b0c0d0e0f01"));
        Assert.That(fault.Message, Does.Contain($"the element {path.Split('.')[^1]} holds a word of 9 characters, and must be one of ").And.Contain("update this process").And.Not.Contain("Dreaming"));
    }

    [TestCase("state")]
    [TestCase("end.kind")]
    [TestCase("failure.disposition")]
    public void The_attempt_is_refused_likewise(string path)
    {
        var fault = Assert.ThrowsAsync<UnreadableDocumentException>(() => CorpusStores.ReadAsync("attempts", With("attempts.full", path)))!;

        Assert.That(fault.Message, Does.StartWith("attempts, _id ").And.Contain($"the element {path.Split('.')[^1]} holds"));
    }

    [Test]
    public async Task What_is_due_beside_it_is_done_and_it_is_told_once()
    {
        LogLines log = new();
        var strange = With("jobs.full", "standing");
        strange["_id"] = new BsonBinaryData(Guid.NewGuid(), GuidRepresentation.Standard); // told of once in a process
        RecordingDatabase database = new() { Stored = collection => collection == "jobs" ? [strange, .. CorpusFiles.Full(collection)] : [With("attempts.full", "state"), .. CorpusFiles.Full(collection)] };
        using var store = database.Open(log);
        MongoJobs jobs = new(store);

        Assert.That(await jobs.UnannouncedAsync(Some.Time, 10, default), Has.Count.EqualTo(1));
        Assert.That(await jobs.UnannouncedAsync(Some.Time, 10, default), Has.Count.EqualTo(1));
        Assert.That(await jobs.EndedAsync("studio", Some.Time, null, 10, default), Has.Count.EqualTo(1));
        await jobs.TakeDueAsync(Some.Time, TimeSpan.FromHours(1), 10, default);
        Assert.That(await new MongoAttempts(store).DueAsync(Some.Account, Some.Time, 10, default), Has.Count.EqualTo(1));

        Assert.That(log.Lines.Where(line => line.Contains("jobs, _id", StringComparison.Ordinal)), Has.Exactly(1).Items.And.All.Contains("standing"));
    }

    [Test]
    public void Whoever_lists_jobs_is_told_of_it()
    {
        RecordingDatabase database = new() { Stored = _ => [With("jobs.full", "standing"), .. CorpusFiles.Full("jobs")] };
        using var store = database.Open();

        Assert.That(() => new MongoJobs(store).ListAsync(new JobQuery(), null, 10, default), Throws.TypeOf<UnreadableDocumentException>());
    }

    [Test]
    public async Task A_cause_that_is_not_known_is_unknown_and_kept()
    {
        var stored = With("jobs.full", "trouble.bucket");
        var job = (Job)await CorpusStores.ReadAsync("jobs", stored);
        Assert.That(job.Trouble!.Bucket, Is.EqualTo(FailureBucket.Unknown));

        job.Deferrals++;
        Assert.That((await CorpusStores.WriteAsync(job))["trouble"], Is.EqualTo(stored["trouble"]));

        Assert.That(((Account)await CorpusStores.ReadAsync("accounts", With("accounts.full", "pause.bucket"))).Pause!.Bucket, Is.EqualTo(FailureBucket.Unknown));
        Assert.That(((Failure)await CorpusStores.ReadAsync("failures", With("failures.full", "bucket"))).Bucket, Is.EqualTo(FailureBucket.Unknown));
        Assert.That(((Attempt)await CorpusStores.ReadAsync("attempts", With("attempts.full", "failure.bucket"))).Failure!.Bucket, Is.EqualTo(FailureBucket.Unknown));
    }

    private static BsonDocument With(string name, string path)
    {
        var document = CorpusFiles.Read(name);
        var parts = path.Split('.');
        parts[..^1].Aggregate(document, (part, element) => part[element].AsBsonDocument)[parts[^1]] = "Dreaming!";
        return document;
    }

    private sealed class LogLines : ILogger<Store>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
