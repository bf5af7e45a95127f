using Workers.MongoDb.Audit;
using Workers.MongoDb.Costs;
using Workers.MongoDb.Failures;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Submission;

namespace Workers.MongoDb.Indexes;

/// <summary>All indexes of the fleet; each store declares its own.</summary>
internal static class StoreIndexes
{
    public static IReadOnlyList<StoreIndex> All { get; } = [.. MongoJobs.Indexes, .. MongoAttempts.Indexes, .. MongoFailures.Indexes, .. MongoAudit.Indexes, .. MongoCosts.Indexes];
}
