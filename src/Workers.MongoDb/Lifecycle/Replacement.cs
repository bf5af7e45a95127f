using MongoDB.Bson;

namespace Workers.MongoDb.Lifecycle;

/// <summary>A job's next document, to be stored if the one before it is still there.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Version">The next: one more than the stored document must have.</param>
/// <param name="Write">By which its writer knows it again.</param>
/// <param name="Document">The whole.</param>
internal sealed record Replacement(Guid JobId, int Version, Guid Write, BsonDocument Document);
