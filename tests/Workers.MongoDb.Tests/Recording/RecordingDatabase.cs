using System.Net;
using System.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Tests.Recording;

/// <summary>A database without a server: it notes what is asked and what is written, and answers what the test said.</summary>
internal sealed class RecordingDatabase
{
    private static readonly MethodInfo CollectionOf = typeof(RecordingDatabase).GetMethod(nameof(Collection), BindingFlags.Instance | BindingFlags.NonPublic)!;

    private int _updates;
    private bool _isBroken;

    public RecordingDatabase()
    {
        Database = RecordingProxy.Create<IMongoDatabase>((method, args) => method.Name switch
        {
            nameof(IMongoDatabase.GetCollection) => CollectionOf.MakeGenericMethod(method.GetGenericArguments()).Invoke(this, [(string)args[0]!]),
            nameof(IMongoDatabase.RunCommandAsync) => Task.FromResult(new BsonDocument("localTime", TimeProvider.System.GetUtcNow().UtcDateTime)),
            "get_Client" => RecordingProxy.Create<IMongoClient>((_, _) => null),
            _ => throw new NotSupportedException(method.Name),
        });
    }

    public IMongoDatabase Database { get; }

    /// <summary>All that was asked, in order. Writes ask as well: for what they change.</summary>
    public List<RecordedRead> Reads { get; } = [];

    /// <summary>All that was written whole.</summary>
    public List<BsonDocument> Written { get; } = [];

    /// <summary>What every read of a collection finds.</summary>
    public Func<string, IReadOnlyList<BsonDocument>> Stored { get; init; } = _ => [];

    /// <summary>Whatever is added is there already.</summary>
    public bool RefusesInserts { get; init; }

    /// <summary>The next operation is asked for, and its answer is lost.</summary>
    public void Break() => _isBroken = true;

    /// <summary>A way to it as a process has.</summary>
    public Store Open(ILogger<Store>? logger = null)
    {
        var options = new MongoDbOptions { Url = "mongodb://localhost:1/", LongestPause = TimeSpan.FromMilliseconds(1) };
        return new(new StoreAddress(options), Database, Options.Create(options), new StoreClock(TimeProvider.System, TimeProvider.System), TimeProvider.System, logger ?? NullLogger<Store>.Instance);
    }

    private IMongoCollection<T> Collection<T>(string name) => RecordingProxy.Create<IMongoCollection<T>>((method, args) =>
    {
        if (method.Name.EndsWith("Async", StringComparison.Ordinal))
        {
            var answer = Answer<T>(name, method, args);
            return Interlocked.Exchange(ref _isBroken, false) ? throw new MongoConnectionException(new ConnectionId(new ServerId(new ClusterId(), new DnsEndPoint("localhost", 1))), "broken for the test") : answer;
        }

        return method.Name switch
        {
            "get_CollectionNamespace" => new CollectionNamespace("recorded", name),
            "get_Database" => Database,
            "get_DocumentSerializer" => BsonSerializer.LookupSerializer<T>(),
            "get_Settings" => new MongoCollectionSettings(),
            "get_Indexes" => RecordingProxy.Create<IMongoIndexManager<T>>((asked, _) => asked.Name switch
            {
                nameof(IMongoIndexManager<T>.ListAsync) => Task.FromResult<IAsyncCursor<BsonDocument>>(new Found<BsonDocument>([])),
                nameof(IMongoIndexManager<T>.CreateOneAsync) => Task.FromResult(""),
                _ => throw new NotSupportedException(asked.Name),
            }),
            _ => throw new NotSupportedException(method.Name),
        };
    });

    private object Answer<T>(string collection, MethodInfo method, object?[] args)
    {
        switch (method.Name)
        {
            case nameof(IMongoCollection<T>.FindAsync):
                Note<T>(collection, method, args[0], Option<SortDefinition<T>>(args[1], "Sort"), Option<int?>(args[1], "Limit"), hint: Hint(args[1]));
                return Find(collection, method);
            case nameof(IMongoCollection<T>.CountDocumentsAsync):
                Note<T>(collection, method, args[0]);
                return Task.FromResult(0L);
            case nameof(IMongoCollection<T>.DistinctAsync):
                var field = ((FieldDefinition<T, string>)args[0]!).Render(Rendering<T>()).FieldName;
                Note<T>(collection, method, args[1], wanted: field);
                return Task.FromResult<IAsyncCursor<string>>(new Found<string>([]));
            case nameof(IMongoCollection<T>.AggregateAsync):
                var stages = ((PipelineDefinition<T, BsonDocument>)args[0]!).Render(Rendering<T>()).Documents;
                Reads.Add(new RecordedRead(collection, method.Name, stages[0]["$match"].AsBsonDocument, Wanted: stages[1]["$group"]["_id"] is BsonString group ? group.AsString[1..] : null, Hint: Hint(args[1])));
                return Task.FromResult<IAsyncCursor<BsonDocument>>(new Found<BsonDocument>([]));
            case nameof(IMongoCollection<T>.FindOneAndUpdateAsync):
                Note<T>(collection, method, args[0]);

                // Every second time, so that what follows a refusal is seen as well, and comes to an end.
                return Task.FromResult(++_updates % 2 == 1 ? null : new BsonDocument { { "serial", 1 }, { "round", 1 } });
            case nameof(IMongoCollection<T>.InsertManyAsync):
                var added = ((IEnumerable<T>)args[0]!).Cast<BsonDocument>().ToList();
                Written.AddRange(added);
                return RefusesInserts ? Task.FromException(Refusals.Of(added)) : Task.CompletedTask;
            case nameof(IMongoCollection<T>.InsertOneAsync):
                Written.Add((BsonDocument)args[0]!);
                return RefusesInserts ? Task.FromException(Refusals.OfOne()) : Task.CompletedTask;
            case nameof(IMongoCollection<T>.ReplaceOneAsync):
                Note<T>(collection, method, args[0]);
                Written.Add((BsonDocument)args[1]!);
                return Task.FromResult<ReplaceOneResult>(new ReplaceOneResult.Acknowledged(0, 0, null));
            case nameof(IMongoCollection<T>.UpdateOneAsync) or nameof(IMongoCollection<T>.UpdateManyAsync):
                Note<T>(collection, method, args[0]);
                return Task.FromResult<UpdateResult>(new UpdateResult.Acknowledged(0, 0, null));
            case nameof(IMongoCollection<T>.DeleteOneAsync) or nameof(IMongoCollection<T>.DeleteManyAsync):
                Note<T>(collection, method, args[0]);
                return Task.FromResult<DeleteResult>(new DeleteResult.Acknowledged(0));
            case nameof(IMongoCollection<T>.BulkWriteAsync):
                var writes = ((IEnumerable<WriteModel<T>>)args[0]!).ToList();
                writes.ForEach(write => Note<T>(collection, method, write switch
                {
                    ReplaceOneModel<T> replace => replace.Filter,
                    UpdateManyModel<T> many => many.Filter,
                    _ => ((UpdateOneModel<T>)write).Filter,
                }));
                return Task.FromResult<BulkWriteResult<T>>(new BulkWriteResult<T>.Acknowledged(writes.Count, 0, 0, 0, 0, writes, []));
            default:
                throw new NotSupportedException(method.Name);
        }
    }

    private void Note<T>(string collection, MethodInfo method, object? filter, SortDefinition<T>? sort = null, int? limit = null, string? wanted = null, string? hint = null) =>
        Reads.Add(new RecordedRead(collection, method.Name, ((FilterDefinition<T>)filter!).Render(Rendering<T>()), sort?.Render(Rendering<T>()), limit, wanted, hint));

    private static RenderArgs<T> Rendering<T>() => new(BsonSerializer.LookupSerializer<T>(), BsonSerializer.SerializerRegistry);

    private static TOption? Option<TOption>(object? options, string name) => (TOption?)options?.GetType().GetProperty(name)!.GetValue(options);

    private static string? Hint(object? options) => Option<BsonValue>(options, "Hint")?.AsString;

    private object Find(string collection, MethodInfo method)
    {
        var type = method.GetGenericArguments()[0];
        var found = Stored(collection).Select(document => BsonSerializer.Deserialize(document.ToBson(), type)).ToList();
        return typeof(RecordingDatabase).GetMethod(nameof(Cursor), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(type).Invoke(null, [found])!;
    }

    private static Task<IAsyncCursor<T>> Cursor<T>(List<object> found) => Task.FromResult<IAsyncCursor<T>>(new Found<T>([.. found.Cast<T>()]));
}
