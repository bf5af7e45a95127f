using System.Text;
using System.Text.Json;
using MassTransit.Serialization;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Documents;
using Workers.Providers;

namespace Workers.MongoDb.Tests.Documents;

/// <summary>Whatever the one reader lets through, the fleet's own messages carry and its store keeps, as it is; whatever it refuses, it refuses by field. Of JSON that chance wrote.</summary>
internal sealed class WhatUsersWriteTests
{
    private static readonly string[] Names =
        ["model", "prompt", "references", "parameters", "uri", "kind", "length", "durationSeconds", "duration", "Duration", "seed", "", "a.b$c", "\\u0000", "\\ud83e\\udd8a", "\\ud800", "é", "messageType"];

    private static readonly string[] Atoms =
    [
        "null", "null", "true", "false", "0", "-0", "5", "5.0", "5e0", "-1.50", "1e999", "-1e400", "1e-400", "9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "1E+2",
        "0.1234567890123456789012345678901", "\"\"", "\"a\"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83e\\udd8a\"", "\"2026-05-01T12:00:00\"", "\"2026-05-01T12:00:00Z\"", "\"image\"", "\"<&>'\"",
    ];

    [Test]
    public void WhatIsLetThroughIsCarriedAndKept([Range(1, 8)] int seed)
    {
        DocumentMap.EnsureRegistered();
        var chance = new Chance(seed);
        var (taken, refused) = (0, 0);
        for (var i = 0; i < 1_000; i++)
        {
            var json = Submission(chance);
            var reading = StrictJson.Read<SubmitJob>(Encoding.UTF8.GetBytes(json));
            if (reading.Value is not { } submission)
            {
                refused++;
                Assert.That(reading.Faults.Select(fault => fault.Field), Is.All.Not.Empty.And.All.Not.EqualTo("the body"), json);
                continue;
            }

            taken++;
            var written = JsonSerializer.Serialize(submission, ContractsJson.Default.SubmitJob);
            var carried = JsonSerializer.Deserialize<SubmitJob>(JsonSerializer.Serialize(submission, SystemTextJsonMessageSerializer.Options), SystemTextJsonMessageSerializer.Options)!;
            Assert.That(JsonSerializer.Serialize(carried, ContractsJson.Default.SubmitJob), Is.EqualTo(written), json);
            Assert.That(JobIdentity.Hash(Normal.Of(carried)), Is.EqualTo(JobIdentity.Hash(submission)), json);
            if (Normal.Of(submission) is { Input: { } input })
            {
                var kept = BsonSerializer.Deserialize<JobInput>(input.ToBson());
                Assert.That(JsonSerializer.Serialize(kept, ContractsJson.Default.JobInput), Is.EqualTo(JsonSerializer.Serialize(input, ContractsJson.Default.JobInput)), json);
            }
        }

        Assert.That(Math.Min(taken, refused), Is.GreaterThan(50), "of both kinds there should be many");
    }

    private static string Submission(Chance chance) =>
        $$$"""
        {"tenantId":{{{Mostly("\"a\"", chance)}}},"deadline":{{{Mostly("null", chance)}}},"tags":[{{{Mostly("\"a\"", chance)}}}],"expect":{"minBytes":{{{Mostly("5.0", chance)}}} },
         "input":{"references":[{"length":{{{Mostly("7", chance)}}},"durationSeconds":{{{Mostly("2.5", chance)}}} }],"parameters":{{{Members(chance, 3)}}} } }
        """;

    private static string Mostly(string sound, Chance chance) => Below(chance, 4) > 0 ? sound : Atom(chance);

    private static string Value(Chance chance, int depth) => (depth > 0 ? Below(chance, 5) : 0) switch
    {
        4 => Members(chance, depth),
        3 => $"[{string.Join(',', Enumerable.Range(0, Below(chance, 3)).Select(_ => Value(chance, depth - 1)))}]",
        _ => Atom(chance),
    };

    private static string Members(Chance chance, int depth) =>
        $"{{{string.Join(',', Enumerable.Range(0, Below(chance, 4)).Select(_ => $"\"{Names[Below(chance, Names.Length)]}\":{Value(chance, depth - 1)}"))}}}";

    private static string Atom(Chance chance) => Atoms[Below(chance, Atoms.Length)];

    private static int Below(Chance chance, int bound) => (int)(chance.Next() * bound);
}
