using MongoDB.Bson;
using Workers.MongoDb.Indexes;
using Workers.MongoDb.Tests.Recording;

namespace Workers.MongoDb.Tests.Indexes;

/// <summary>How one index would serve one read.</summary>
/// <param name="Index">Null: the one of <c>_id</c>.</param>
/// <param name="Bound">Elements with one value, or some, at the head of the index.</param>
/// <param name="IsRange">The next element is bound on one side or both.</param>
/// <param name="IsPartial">The index holds just what the filter asks for in one of its elements, neither less nor more.</param>
/// <param name="Sorts">It hands the documents out in the order that is asked for.</param>
/// <param name="Besides">Elements of the filter that are not in the index: each document that it hands out must be looked at.</param>
internal sealed record IndexCoverage(StoreIndex? Index, int Bound, bool IsRange, bool IsPartial, bool Sorts, IReadOnlyList<string> Besides)
{
    private static readonly string[] Ranges = ["$gt", "$gte", "$lt", "$lte"];

    public string Name => Index?.Name ?? "_id";

    /// <summary>The store goes to a part of the index; or along all of it, in order, to the end of a page.</summary>
    public static bool IsEnough(IndexCoverage coverage, RecordedRead read, Func<IndexCoverage, string, bool> mayBeLookedAt) =>
        coverage.Sorts
        && (coverage.Bound > 0 || coverage.IsRange || coverage.IsPartial || read is { Sort: not null, Limit: > 0 } || IsSkimmed(coverage, read))
        && (read.Wanted is null || coverage.Index?.Keys.Contains(read.Wanted) == true)
        && coverage.Besides.All(element => mayBeLookedAt(coverage, element));

    /// <summary>The indexes that could serve a read at all, the best first; of a read that names one, that one.</summary>
    public static IReadOnlyList<IndexCoverage> Of(RecordedRead read, IEnumerable<StoreIndex> indexes)
    {
        var conditions = Conditions(read.Filter);
        return
        [
            .. indexes.Where(index => index.Collection == read.Collection).Select(index => Of(read, conditions, index)).Append(Of(read, conditions, null)).OfType<IndexCoverage>()
                .Where(coverage => read.Hint is null || coverage.Name == read.Hint)
                .OrderByDescending(coverage => coverage is { Index: null, Bound: > 0 })
                .ThenByDescending(coverage => coverage.Sorts)
                .ThenBy(coverage => coverage.Besides.Count)
                .ThenByDescending(coverage => coverage.Bound)
                .ThenByDescending(coverage => coverage.IsRange)
                .ThenByDescending(coverage => coverage.IsPartial),
        ];
    }

    public override string ToString() => FormattableString.Invariant(
        $"{Name}{(Index is null ? "" : $" {Index.Keys}")} (bound: {Bound}{(IsRange ? " and a range" : "")}{(Sorts ? "" : ", sorted otherwise")}{(Besides is [] ? "" : $", looked at besides: {string.Join(", ", Besides)}")})");

    private static IndexCoverage? Of(RecordedRead read, ILookup<string, BsonValue> conditions, StoreIndex? index)
    {
        var keys = index?.Keys ?? new BsonDocument("_id", 1);
        if (index?.Only is var (element, value) && !conditions[element].Any(condition => value is null ? IsThere(condition) : condition == value))
        {
            return null; // it does not hold all that is asked for
        }

        var bound = keys.Names.TakeWhile(key => conditions[key].Any(HasValues)).Count();
        var isRange = bound < keys.ElementCount && conditions[keys.GetElement(bound).Name].Any(IsBetween);
        var one = keys.Names.TakeWhile(key => conditions[key].Any(HasValues)).ToHashSet();
        var part = index?.Only is var (name, only) && conditions[name].All(condition => condition == (only ?? new BsonDocument("$exists", true))) ? name : null;
        var besides = conditions.Select(condition => condition.Key).Where(asked => !keys.Contains(asked) && asked != part).ToList();
        return new(index, bound, isRange, part is not null, Sort(read.Sort, keys, one), index is null && bound > 0 ? [] : besides);
    }

    /// <summary>Elements with one value are in any order; of those with some the store merges one run for each.</summary>
    private static bool Sort(BsonDocument? sort, BsonDocument keys, HashSet<string> fixedOnes)
    {
        var asked = sort?.Elements.Where(element => !fixedOnes.Contains(element.Name)).ToList() ?? [];
        var given = keys.Elements.Where(element => !fixedOnes.Contains(element.Name)).Take(asked.Count).ToList();
        return asked.Select(element => element.Name).SequenceEqual(given.Select(element => element.Name))
            && asked.Zip(given, (one, other) => one.Value.ToInt32() * other.Value.ToInt32()).Distinct().Count() <= 1;
    }

    /// <summary>The distinct values of an index's first element are read by jumps from one to the next, where all documents count.</summary>
    private static bool IsSkimmed(IndexCoverage coverage, RecordedRead read) => read is { Wanted: not null, Filter.ElementCount: 0 } && coverage.Index?.Keys.GetElement(0).Name == read.Wanted;

    /// <summary>What must hold of each element. The elements of alternatives are named, and bind nothing.</summary>
    private static ILookup<string, BsonValue> Conditions(BsonDocument filter) => filter.Elements.SelectMany(Conditions).ToLookup(one => one.Element, one => one.Condition);

    private static IEnumerable<(string Element, BsonValue Condition)> Conditions(BsonElement element) => element.Name switch
    {
        "$and" => element.Value.AsBsonArray.SelectMany(part => part.AsBsonDocument.Elements.SelectMany(Conditions)),
        "$or" => element.Value.AsBsonArray.SelectMany(part => part.AsBsonDocument.Elements.SelectMany(Conditions)).Select(one => (one.Element, (BsonValue)BsonUndefined.Value)),
        _ => [(element.Name, element.Value)],
    };

    private static bool IsOperator(BsonValue condition) => condition is BsonDocument { ElementCount: > 0 } document && document.GetElement(0).Name.StartsWith('$');

    private static bool HasValues(BsonValue condition) => condition is not BsonUndefined && (IsOperator(condition) ? condition.AsBsonDocument.Contains("$in") : !condition.IsBsonNull);

    private static bool IsBetween(BsonValue condition) => IsOperator(condition) && condition.AsBsonDocument.Names.Any(Ranges.Contains);

    private static bool IsThere(BsonValue condition) => HasValues(condition) || IsBetween(condition) || condition == new BsonDocument("$exists", true);
}
