using System.Text;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Topology;

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

    [TestCase("delivery_limit", "crashed", FailureBucket.Unknown)]
    [TestCase("expired", "expired", FailureBucket.Timeout)]
    [TestCase("maxlen", "over-length", FailureBucket.Unknown)]
    [TestCase("rejected", "rejected", FailureBucket.Unknown)]
    public void WhatTheBrokerGaveUpHasTheBrokersReason(string word, string reason, FailureBucket bucket)
    {
        var letter = ReadCrashed(("x-last-death-reason", word), ("x-last-death-queue", "workers-start-job"), (DeadLetterHeaders.Reason, "unreadable"));
        Assert.That((letter.Reason, letter.Bucket, letter.Queue), Is.EqualTo((reason, bucket, "workers-start-job")));
        Assert.That(DeadLetterReason.AdviceOf(letter.Reason), Does.EndWith("edrive it.").Or.EndWith("edrive it once that is mended."));
    }

    [Test]
    public void ItsReasonIsTheLastDeathsWhereThatAloneTells() =>
        Assert.That(ReadCrashed(("x-death", Deaths(("reason", "expired"), ("queue", "workers-start-job"), ("count", (byte)3)))), Has.Property("Reason").EqualTo("expired").And.Property("Count").EqualTo(3));

    [TestCase((byte)1)]
    [TestCase((sbyte)1)]
    [TestCase((short)1)]
    [TestCase(1L)]
    public void ARedriveIsCountedWhateverTypeTheNumberHas(object one) =>
        Assert.That(Read("", (DeadLetterHeaders.Redriven, one)).Redriven, Is.EqualTo(1));

    [TestCase("workers-intake", 0)]
    [TestCase("Workers.Contracts:SubmitJob", 0)]
    [TestCase("", 3)]
    [TestCase("workers-delayed", 3)]
    public void OfACrashedOneARedriveIsBelievedWhereNoProducerCanHaveWrittenIt(string exchange, int redriven)
    {
        var letter = ReadCrashed(
            ("x-death", Deaths(("exchange", exchange), ("reason", "delivery_limit"))), (DeadLetterHeaders.Redriven, 3), (DeadLetterHeaders.RedrivenBy, "ada"), (DeadLetterHeaders.Cut, "all of it"));
        Assert.That((letter.Redriven, letter.RedrivenBy, letter.Cut), Is.EqualTo((redriven, redriven == 0 ? null : "ada", (string?)null)));
    }

    [TestCase("submit-job", "workers-intake-submit-job")]
    [TestCase("workers-poll-round", "workers-poll-round")]
    public void AnUnroutableOneGoesBackToTheQueueThatItsKeyMeant(string key, string queue) =>
        Assert.That(DeadLetter.Read(FleetTopology.Unroutable, key, new BasicProperties(), []).Queue, Is.EqualTo(queue));

    private static List<object?> Deaths(params (string Name, object Value)[] death) => [death.ToDictionary(member => member.Name, member => Wire(member.Value))];

    private static object? Wire(object? value) => value is string text ? Encoding.UTF8.GetBytes(text) : value;

    private static DeadLetter ReadCrashed(params (string Name, object? Value)[] headers) =>
        DeadLetter.Read(FleetTopology.Crashed, FleetTopology.Crashed, new BasicProperties { Headers = headers.ToDictionary(header => header.Name, header => Wire(header.Value)) }, [], FleetTopology.DeadLetters);

    private static DeadLetter Read(string body, params (string Name, object? Value)[] headers) => DeadLetter.Read(
        "workers-start-job_error",
        "",
        new BasicProperties { Headers = headers.ToDictionary(header => header.Name, header => Wire(header.Value)) },
        Encoding.UTF8.GetBytes(body));
}
