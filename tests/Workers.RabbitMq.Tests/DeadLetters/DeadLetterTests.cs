using System.Text;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Tests.DeadLetters;

internal sealed class DeadLetterTests
{
    private static readonly Guid Job = Guid.Parse("11111111-2222-8333-8444-555555555555");

    private static readonly string Command =
        $$$"""{"messageType":["urn:message:Workers.Jobs.Lifecycle:StartJob"],"message":{"jobId":"{{{Job}}}","tenantId":"acme","correlationId":"{{{Job}}}","step":7,"prompt":{"deep":["secret"]}},"host":{"a":1} }""";

    [Test]
    public void AnEnvelopeTellsItsTypeAndItsJob()
    {
        var letter = Read(Command);
        Assert.That((letter.Type, letter.ShortType, letter.JobId, letter.TenantId, letter.Step), Is.EqualTo(("Workers.Jobs.Lifecycle:StartJob", "StartJob", Job, "acme", 7)));
    }

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[1")]
    [TestCase("""{"message":{"jobId":"11111111-2222-8333-8444-555555555555"}}""")]
    [TestCase("""{"messageType":["urn:message:a b secret"],"message":{"tenantId":"secret stuff","jobId":"secret","step":1.5}}""")]
    [TestCase("""{"messageType":"urn:message:A:B","message":[{"tenantId":"acme"}]}""")]
    public void AnythingElseTellsNothing(string body)
    {
        var letter = Read(body);
        Assert.That((letter.Type, letter.JobId, letter.TenantId, letter.Step), Is.EqualTo(((string?)null, (Guid?)null, (string?)null, (int?)null)));
        Assert.That(letter.ToString(), Does.Not.Contain("secret"));
    }

    [TestCase("9f0c", "9f0c")]
    [TestCase(null, "body-e3b0c44298fc1c149afbf4c8996fb924")]
    [TestCase("a secret lighthouse", "body-e3b0c44298fc1c149afbf4c8996fb924")]
    public void AnIdIsTheMessagesOwnOrItsBodysHash(string? messageId, string id) =>
        Assert.That(DeadLetter.Read("workers-start-job_error", "", new BasicProperties { MessageId = messageId }, []).Id, Is.EqualTo(id));

    [TestCase("unreadable", null, FailureBucket.SchemaMismatch)]
    [TestCase("unknown-type", null, FailureBucket.SchemaMismatch)]
    [TestCase("failed", null, FailureBucket.Unknown)]
    [TestCase("failed", "Timeout", FailureBucket.Timeout)]
    [TestCase("failed", "99", FailureBucket.Unknown)]
    [TestCase("something else", "Rubbish", FailureBucket.Unknown)]
    public void TheBucketIsWhatTheFailureSaysElseWhatTheReasonTells(string reason, string? bucket, FailureBucket expected) =>
        Assert.That(Read("", (DeadLetterHeaders.Reason, reason), (DeadLetterHeaders.Bucket, bucket)).Bucket, Is.EqualTo(expected));

    [Test]
    public void WhatIsNoNameIsNotRepeated()
    {
        var letter = Read("", (DeadLetterHeaders.Queue, "a secret"), (DeadLetterHeaders.Exception, "a secret"), (DeadLetterHeaders.CorrelationId, "a secret"), (DeadLetterHeaders.LastAt, "a secret"), (DeadLetterHeaders.Reason, "a secret"));
        Assert.That(letter.ToString(), Does.Not.Contain("secret"));
    }

    private static DeadLetter Read(string body, params (string Name, object? Value)[] headers) => DeadLetter.Read(
        "workers-start-job_error",
        "",
        new BasicProperties { Headers = headers.ToDictionary(header => header.Name, header => header.Value is string text ? Encoding.UTF8.GetBytes(text) : header.Value) },
        Encoding.UTF8.GetBytes(body));
}
