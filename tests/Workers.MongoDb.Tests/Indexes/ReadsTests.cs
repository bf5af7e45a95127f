using MongoDB.Bson;
using Workers.MongoDb.Indexes;
using Workers.MongoDb.Tests.Documents.Corpus;
using Workers.MongoDb.Tests.Recording;

namespace Workers.MongoDb.Tests.Indexes;

/// <summary>Whatever the fleet asks of its store is found by an index. No server is asked: the questions are noted and compared with the declared indexes.</summary>
internal sealed class ReadsTests
{
    /// <summary>What is in no index though it is asked for, and why that is no harm.</summary>
    private static readonly Dictionary<(string Index, string Element), string> LookedAt = new()
    {
        [("submitted", "state")] = "a page is filled from the newest on; those that a person must see have an index of their own",
        [("submitted", "trouble.bucket")] = "a page is filled from the newest on",
        [("blocked", "trouble.bucket")] = "blocked jobs are few",
        [("tenant", "trouble.bucket")] = "a page is filled from the newest on",
        [("user", "trouble.bucket")] = "one user's jobs are few",
        [("user", "tenant")] = "the hash is made of tenant and user",
        [("user", "state")] = "one user's jobs are few",
        [("time", "provider")] = "an alert looks back for minutes",
        [("time", "tenant")] = "an alert looks back for minutes",
        [("time", "_id")] = "an alert looks back for minutes",
        [("ended", "unannounced")] = "an ended job is announced within seconds",
    };

    [Test]
    public void EveryMethodOfEveryStoreIsCalled() => Assert.That(StoreCall.Forgotten(), Is.Empty, "Call these in StoreCall.All, in each form that asks for something else.");

    [Test]
    public async Task EveryReadIsCoveredByAnIndex()
    {
        var reads = await ReadsAsync();
        Assert.That(reads, Has.Count.GreaterThan(StoreCall.All.Count / 2));

        Assert.That(Uncovered(reads, StoreIndexes.All), Is.Empty);
    }

    [Test]
    public async Task NoIndexIsSuperfluous()
    {
        var reads = await ReadsAsync();
        var used = reads.Select(read => IndexCoverage.Of(read, StoreIndexes.All).FirstOrDefault(coverage => IndexCoverage.IsEnough(coverage, read, MayBeLookedAt))?.Index).ToHashSet();

        Assert.That(StoreIndexes.All.Where(index => index.ExpireAfter is null && !used.Contains(index)).Select(index => $"{index.Collection}.{index.Name}"), Is.Empty, "Nothing is read by these.");
    }

    [TestCaseSource(nameof(Necessary))]
    public async Task WithoutAnIndexWhatIsReadByItIsToldWithTheNearest(string collection, string name)
    {
        var uncovered = Uncovered(await ReadsAsync(), StoreIndexes.All.Where(index => (index.Collection, index.Name) != (collection, name)));

        Assert.That(uncovered, Is.Not.Empty.And.All.StartsWith($"{collection}.").And.All.Contains("nearest:"));
    }

    [TestCase("{ b: 1 }", null, "not the head of the index")]
    [TestCase("{ a: 1, c: 1 }", null, "an element that is in no index")]
    [TestCase("{ $or: [{ a: 1 }, { c: 1 }] }", null, "alternatives")]
    [TestCase("{ a: { $exists: true } }", null, "not bound")]
    [TestCase("{ a: 1 }", "{ c: 1 }", "another order")]
    [TestCase("{ a: { $gt: 1 } }", "{ b: 1 }", "in the order of what is bound on one side")]
    [TestCase("{ a: 1 }", "{ b: 1, _id: 1 }", "further than the index")]
    public void WhatAnIndexDoesNotServeIsSeen(string filter, string? sort, string why)
    {
        StoreIndex index = new("things", "a_b", new BsonDocument { { "a", 1 }, { "b", 1 } });
        RecordedRead read = new("things", "FindAsync", BsonDocument.Parse(filter), sort is null ? null : BsonDocument.Parse(sort), 10);

        Assert.That(Uncovered([read], [index]), Is.Not.Empty, why);
    }

    [TestCase("{ a: 1, b: { $lte: 5 }, c: 2 }", true)]
    [TestCase("{ a: 1, b: { $lte: 5 }, c: 3 }", false)]
    [TestCase("{ a: 1, b: { $lte: 5 } }", false)]
    public void APartialIndexServesWhatAsksForItsPart(string filter, bool isServed)
    {
        StoreIndex index = new("things", "a_b", new BsonDocument { { "a", 1 }, { "b", 1 } }) { Only = ("c", 2) };
        RecordedRead read = new("things", "FindAsync", BsonDocument.Parse(filter), new BsonDocument("b", -1));

        Assert.That(Uncovered([read], [index]), isServed ? Is.Empty : Is.Not.Empty);
    }

    private static IEnumerable<object[]> Necessary() =>
        StoreIndexes.All.Where(index => index.ExpireAfter is null).Select(index => new object[] { index.Collection, index.Name });

    private static bool MayBeLookedAt(IndexCoverage coverage, string element) => LookedAt.ContainsKey((coverage.Name, element));

    private static IEnumerable<string> Uncovered(IEnumerable<RecordedRead> reads, IEnumerable<StoreIndex> indexes) =>
        from read in reads
        let coverages = IndexCoverage.Of(read, indexes)
        where !coverages.Any(coverage => IndexCoverage.IsEnough(coverage, read, MayBeLookedAt))
        select $"{read}; nearest: {string.Join("", coverages.Take(1))}";

    /// <summary>What all calls ask of a store that is empty, of one that has what they look for, and of one whose first answer is lost and that refuses what it has.</summary>
    private static async Task<IReadOnlyList<RecordedRead>> ReadsAsync()
    {
        List<RecordedRead> reads = [];
        foreach (var call in StoreCall.All)
        {
            RecordingDatabase full = new() { Stored = CorpusFiles.Full };
            RecordingDatabase broken = new() { RefusesInserts = true };
            broken.Break();
            foreach (var database in new[] { new RecordingDatabase(), full, broken })
            {
                using var store = database.Open();
                await call.CallAsync(store);
                reads.AddRange(database.Reads);
            }
        }

        return reads;
    }
}
