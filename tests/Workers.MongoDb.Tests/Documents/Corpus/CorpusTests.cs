using MongoDB.Bson;
using Workers.Jobs.Accounts;
using Workers.Testing;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>What any version has stored is read by this one, and this one writes what its corpus says.</summary>
internal sealed class CorpusTests
{
    /// <summary>In order: what a later one says of a document is how it is written now.</summary>
    private static readonly Dictionary<string, IReadOnlyDictionary<string, object>> Versions = new(StringComparer.Ordinal)
    {
        ["v1"] = CorpusV1.Objects,
        ["v2"] = CorpusV2.Objects,
        ["v3"] = CorpusV3.Objects,
    };

    private static readonly Dictionary<string, object> Newest = Versions.Values.SelectMany(objects => objects).GroupBy(one => one.Key).ToDictionary(one => one.Key, one => one.Last().Value);

    private static readonly string[] Dates = ["at", "since", "until", "deadline", "callBy"];
    private static readonly string[] Decimals = ["amount", "perMillion", "estimated", "actual", "limit"];
    private static readonly string[] Ids = ["jobId", "generation", "correlationId", "owner", "submittedBy", "resumedBy", "job"];
    private static readonly string[] Words = ["state", "standing", "bucket", "disposition", "kind", "level"];

    [TestCaseSource(nameof(Documents))]
    public async Task ADocumentOfAnyVersionIsRead(string version, string name)
    {
        var expected = Versions[version][name];

        var read = await CorpusStores.ReadAsync(CorpusFiles.CollectionOf(name), CorpusFiles.Read(version, name));

        Assert.That(Members.Of(read), Is.EqualTo(Members.Of(expected)));
    }

    [TestCaseSource(nameof(Written))]
    public async Task WhatIsWrittenIsWhatTheCorpusSays(string name)
    {
        var document = await CorpusStores.WriteAsync(Newest[name]);

        Assert.That(Differences(CorpusFiles.Read(name), document, ""), Is.Empty, $"Documents like {name} are stored: what changes them needs a new version of the corpus.");
    }

    /// <summary>With WORKERS_TEST_WRITE_CORPUS=1 those that are missing are written, when a new version begins. Those that are there are never written again.</summary>
    [Test]
    public async Task EveryObjectHasItsDocument()
    {
        if (Environment.GetEnvironmentVariable("WORKERS_TEST_WRITE_CORPUS") == "1")
        {
            foreach (var (version, name) in Objects().Except(CorpusFiles.All()))
            {
                CorpusFiles.Write(version, name, await CorpusStores.WriteAsync(Versions[version][name]));
            }
        }

        Assert.That(CorpusFiles.All(), Is.EquivalentTo(Objects()));
    }

    [TestCase("jobs.full")]
    [TestCase("attempts.full")]
    [TestCase("results.full")]
    [TestCase("failures.full")]
    [TestCase("accounts.full")]
    [TestCase("audit.full")]
    [TestCase("costs.full")]
    [TestCase("alerts.full")]
    public void NoMemberIsMissingInTheCurrentCorpus(string name) =>
        Assert.That(Members.Unset(Newest[name]), Is.Empty, "These are stored and in no corpus: begin a new version of it.");

    [TestCaseSource(nameof(Documents))]
    public void EachDocumentSaysItsSchema(string version, string name) => Assert.That(CorpusFiles.Read(version, name)["schema"].IsInt32, Is.True);

    [TestCaseSource(nameof(Documents))]
    public void DatesDecimalsIdsAndWordsAreBsonsOwn(string version, string name)
    {
        foreach (var (element, value) in Elements(CorpusFiles.Read(version, name)))
        {
            var expected = element switch
            {
                _ when element.EndsWith("At", StringComparison.Ordinal) || Dates.Contains(element) => BsonType.DateTime,
                _ when Decimals.Contains(element) => BsonType.Decimal128,
                _ when Ids.Contains(element) => BsonType.Binary,
                _ when Words.Contains(element) => BsonType.String,
                _ => value.BsonType,
            };
            Assert.That(value.BsonType, Is.EqualTo(expected), element);
            Assert.That(value is BsonBinaryData { SubType: not BsonBinarySubType.UuidStandard }, Is.False, element);
        }
    }

    [Test]
    public void ADifferenceIsToldWithItsElement()
    {
        var was = BsonDocument.Parse("""{ "a": 1, "b": [{ "c": 1 }], "gone": 1 }""");
        var now = BsonDocument.Parse("""{ "a": { "$numberLong": "1" }, "b": [{ "c": 2 }], "new": 1 }""");

        Assert.That(
            string.Join("; ", Differences(was, now, "")),
            Is.EqualTo("a: was Int32 1, is Int64 1; b[0].c: was Int32 1, is Int32 2; gone: was Int32 1, is missing; new: was missing, is Int32 1"));
    }

    private static IEnumerable<(string Version, string Name)> Objects() => Versions.SelectMany(version => version.Value.Keys.Select(name => (version.Key, name)));

    private static IEnumerable<object[]> Documents() => CorpusFiles.All().Select(one => new object[] { one.Version, one.Name });

    /// <summary>An account's record is made empty, and grows by changes to its elements: its full form is compared where there is a store to make them.</summary>
    private static IEnumerable<string> Written() => Newest.Where(one => one.Value is not Account { Pause: not null }).Select(one => one.Key);

    private static IEnumerable<(string Element, BsonValue Value)> Elements(BsonValue value) => value switch
    {
        BsonDocument document => document.SelectMany(element => Elements(element.Value).Prepend((element.Name, element.Value))),
        BsonArray array => array.SelectMany(Elements),
        _ => [],
    };

    /// <summary>One line for each element that differs. The order of a document's elements does not count, but for the ids that are documents: these are compared as a whole.</summary>
    private static IEnumerable<string> Differences(BsonValue was, BsonValue now, string path) => (was, now) switch
    {
        (BsonDocument one, BsonDocument other) when path != "_id" =>
            one.Names.Union(other.Names).SelectMany(name => Differences(one.GetValue(name, BsonUndefined.Value), other.GetValue(name, BsonUndefined.Value), path.Length == 0 ? name : $"{path}.{name}")),
        (BsonArray one, BsonArray other) when one.Count == other.Count => one.Zip(other).SelectMany((pair, index) => Differences(pair.First, pair.Second, FormattableString.Invariant($"{path}[{index}]"))),
        _ => was == now && was.BsonType == now.BsonType ? [] : [$"{path}: was {Describe(was)}, is {Describe(now)}"],
    };

    private static string Describe(BsonValue value) => value.IsBsonUndefined ? "missing" : $"{value.BsonType} {value}";
}
