using System.Net;
using System.Reflection;
using MongoDB.Bson;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;

namespace Workers.MongoDb.Tests.Recording;

/// <summary>What the driver throws where an id is there already; its errors have no public constructors.</summary>
internal static class Refusals
{
    private const int DuplicateKey = 11000;

    private static readonly ConnectionId Connection = new(new ServerId(new ClusterId(), new DnsEndPoint("localhost", 1)));

    public static MongoBulkWriteException<BsonDocument> Of(IReadOnlyList<BsonDocument> documents) => new(
        Connection,
        new BulkWriteResult<BsonDocument>.Acknowledged(documents.Count, 0, 0, 0, 0, [], []),
        documents.Select((_, index) => Make<BulkWriteError>(index, ServerErrorCategory.DuplicateKey, DuplicateKey, "there already", new BsonDocument())),
        null,
        []);

    public static MongoWriteException OfOne() =>
        new(Connection, Make<WriteError>(ServerErrorCategory.DuplicateKey, DuplicateKey, "there already", new BsonDocument()), null, null);

    private static T Make<T>(params object[] args) => (T)Activator.CreateInstance(typeof(T), BindingFlags.Instance | BindingFlags.NonPublic, null, args, null)!;
}
