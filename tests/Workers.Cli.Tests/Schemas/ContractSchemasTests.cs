using System.Text.Json.Nodes;
using NJsonSchema;
using Workers.Cli.Files;
using Workers.Cli.Schemas;
using Workers.Testing;

namespace Workers.Cli.Tests.Schemas;

internal sealed class ContractSchemasTests
{
    private const string Sound = """{"tenantId":"acme","provider":"seedance","input":{"model":"m","references":[{"uri":"https://a.example/a.png","kind":"image"}],"parameters":{"seed":1}}}""";

    private static string Folder => Repository.PathOf("src", "Workers.Contracts", "Schemas");

    [Test]
    public void TheFilesAreWhatTheContractSays()
    {
        var schemas = ContractSchemas.All();

        Assert.That(Directory.EnumerateFiles(Folder).Select(Path.GetFileName), Is.EquivalentTo(schemas.Keys));
        foreach (var (file, schema) in schemas)
        {
            Assert.That(File.ReadAllText(Path.Combine(Folder, file)) == schema, Is.True, $"{file} is stale: run \"make schemas\".");
        }
    }

    [Test]
    public async Task TheSampleJobsKeepTheSchema()
    {
        var schema = await ReadAsync("submit-job");
        var lines = (await File.ReadAllLinesAsync(Repository.PathOf("src", "Workers.Cli", "Samples", "jobs.jsonl"))).Where(line => line.StartsWith('{')).ToList();

        Assert.That(lines, Is.Not.Empty);
        foreach (var line in lines)
        {
            var job = JsonNode.Parse(line)!.AsObject();
            var isSound = job[JobFile.ExpectedEnd]?.GetValue<string>() != "rejected";
            job.Remove(JobFile.ExpectedEnd);
            Assert.That(!isSound || schema.Validate(job.ToJsonString()).Count == 0, Is.True, $"{string.Join("; ", schema.Validate(job.ToJsonString()))} in {line}");
        }
    }

    [TestCase("tenantId", "a tenant")]
    [TestCase("tenantId", null)]
    [TestCase("idempotencykeys", "a")]
    [TestCase("tags", "a")]
    [TestCase("correlationId", "no UUID")]
    public async Task WhatTheFleetRefusesTheSchemaRefuses(string member, string? value)
    {
        var schema = await ReadAsync("submit-job");
        var job = JsonNode.Parse(Sound)!.AsObject();
        Assert.That(schema.Validate(job.ToJsonString()), Is.Empty);

        job[member] = value;

        Assert.That(schema.Validate(job.ToJsonString()), Is.Not.Empty);
    }

    [TestCase("cancel-job", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme"}""")]
    [TestCase("resume-job", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","requestedBy":"ada","settlement":{}}""")]
    [TestCase("submit-job", """{"tenantId":"acme","provider":"seedance","input":{"model":"m","references":[{"kind":"smell"}]}}""")]
    public async Task SoDoesThatOfEachCommand(string command, string json) => Assert.That((await ReadAsync(command)).Validate(json), Is.Not.Empty);

    [Test]
    public async Task AnEventMayHaveMoreMembersInTime() =>
        Assert.That((await ReadAsync("command-rejected")).Validate(
            """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","command":"CancelJob","reason":"r","at":"2026-05-01T12:00:00Z","later":1}"""), Is.Empty);

    private static Task<JsonSchema> ReadAsync(string name) => JsonSchema.FromFileAsync(Path.Combine(Folder, $"{name}.schema.json"));
}
