using Microsoft.Extensions.Options;
using MongoDB.Bson;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Alerts;
using Workers.MongoDb.Audit;
using Workers.MongoDb.Costs;
using Workers.MongoDb.Failures;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Retrieval;
using Workers.MongoDb.Submission;
using Workers.MongoDb.Tests.Recording;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>From an object to its document and back, by the stores themselves.</summary>
internal static class CorpusStores
{
    public static async Task<BsonDocument> WriteAsync(object written)
    {
        RecordingDatabase database = new();
        using var store = database.Open();
        await (written switch
        {
            Job job => new MongoJobs(store).AddAsync(job, default),
            Attempt attempt => new MongoAttempts(store).OpenAsync(attempt, default),
            JobResult result => new MongoResults(store).KeepAsync(result, default),
            Failure failure => new MongoFailures(store).RecordAsync(failure, default),
            Account account => new MongoAccounts(store).CorrectInFlightAsync(account, 0, default), // makes the record
            CostRecord cost => new MongoCosts(store).RecordAsync([cost], default),
            Alert alert => new MongoAlerts(store).SaveAsync(alert, default),
            AuditEntry entry => new MongoAudit(store, Retention()).AppendAsync(entry, default),
            _ => throw new ArgumentException($"No store keeps a {written.GetType()}."),
        });
        return database.Written.Single();
    }

    public static async Task<object> ReadAsync(string collection, BsonDocument document)
    {
        RecordingDatabase database = new() { Stored = _ => [document] };
        using var store = database.Open();
        return collection switch
        {
            "jobs" => (await new MongoJobs(store).FindAsync(document["_id"].AsGuid, default))!,
            "attempts" => (await new MongoAttempts(store).OfJobAsync(Guid.Empty, Guid.Empty, default)).Single(),
            "results" => (await new MongoResults(store).FindAsync(Guid.Empty, Guid.Empty, default))!,
            "failures" => (await new MongoFailures(store).FindAsync("", default))!,
            "accounts" => await new MongoAccounts(store).GetAsync(document["_id"].AsString, default),
            "costs" => (await new MongoCosts(store).BetweenAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, null, default)).Single(),
            "alerts" => (await new MongoAlerts(store).AllAsync(default)).Single(),
            "audit" => (await new MongoAudit(store, Retention()).OfJobAsync(Guid.Empty, default)).Single(),
            _ => throw new ArgumentException($"There is no collection {collection}."),
        };
    }

    private static IOptions<RetentionOptions> Retention() => Options.Create(new RetentionOptions { KeepAuditFor = TimeSpan.FromDays(365) });
}
