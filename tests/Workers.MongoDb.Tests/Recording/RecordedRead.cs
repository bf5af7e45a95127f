using MongoDB.Bson;

namespace Workers.MongoDb.Tests.Recording;

/// <summary>What the server would have to look for.</summary>
/// <param name="Collection">Where.</param>
/// <param name="Operation">The driver's name of it.</param>
/// <param name="Filter">Which documents.</param>
/// <param name="Sort">In which order; null: any.</param>
/// <param name="Limit">How many at most; null: all.</param>
/// <param name="Wanted">The one element that is asked of them, where only one is.</param>
/// <param name="Hint">The index that it is to be read by; null: the server chooses.</param>
internal sealed record RecordedRead(string Collection, string Operation, BsonDocument Filter, BsonDocument? Sort = null, int? Limit = null, string? Wanted = null, string? Hint = null)
{
    public override string ToString() =>
        $"{Collection}.{Operation} {Filter}{(Sort is null ? "" : $" sorted {Sort}")}{(Limit is null ? "" : FormattableString.Invariant($" limit {Limit}"))}{(Wanted is null ? "" : $" for {Wanted}")}{(Hint is null ? "" : $" by {Hint}")}";
}
