using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs;

namespace Workers.MongoDb.Documents;

/// <summary>Reading page by page, by a time and the id.</summary>
internal static class Pages
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    private static readonly TimeSpan[] Reaches = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(30)];

    /// <summary>The order of lists that begin with the newest.</summary>
    public static BsonDocument NewestBy(string time) => new() { { time, -1 }, { "_id", -1 } };

    /// <summary>The order of lists that begin with the oldest.</summary>
    public static BsonDocument OldestBy(string time) => new() { { time, 1 }, { "_id", 1 } };

    /// <summary>
    /// All times back to a given one or the first, in stretches that grow: a page is full after a short one, however much lies before it. So a server that sorts what it
    /// has found, rather than read an index in its order, sorts little.
    /// </summary>
    public static IEnumerable<FilterDefinition<BsonDocument>> Backwards(string time, DateTimeOffset from, DateTimeOffset? since)
    {
        var newer = Where.Empty;
        foreach (var start in Reaches.Where(reach => reach < from - DateTimeOffset.UnixEpoch).Select(reach => from - reach).TakeWhile(start => start > since.GetValueOrDefault()))
        {
            yield return newer & Where.Gte(time, start.UtcDateTime);
            newer = Where.Lt(time, start.UtcDateTime);
        }

        yield return since is { } oldest ? newer & Where.Gte(time, oldest.UtcDateTime) : newer;
    }

    /// <summary>What follows a position in a list that begins with the newest. The time stands for itself as well, so that an index is read from there on.</summary>
    public static FilterDefinition<BsonDocument> After(PagePosition? after, string time) => after is null
        ? Where.Empty
        : Where.Lte(time, after.At.UtcDateTime) & (Where.Lt(time, after.At.UtcDateTime) | Where.Lt("_id", after.Id));

    /// <summary>What follows a position in a list that begins with the oldest.</summary>
    public static FilterDefinition<BsonDocument> Past(PagePosition? after, string time) => after is null
        ? Where.Empty
        : Where.Gte(time, after.At.UtcDateTime) & (Where.Gt(time, after.At.UtcDateTime) | Where.Gt("_id", after.Id));
}
