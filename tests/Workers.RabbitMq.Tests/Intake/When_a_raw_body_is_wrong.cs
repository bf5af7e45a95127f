using System.Text;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Tests.Intake;

/// <summary>It is kept as it came, with what to mend, after one delivery; there is no job, and nothing of its content is repeated.</summary>
[Category("Integration")]
internal sealed class When_a_raw_body_is_wrong : IntakeTest
{
    private const string Secret = "do-not-repeat-me";
    private const string Input = "\"provider\":\"seedance\",\"input\":{\"model\":\"dreamina-seedance-2-0-260128\",\"prompt\":\"do-not-repeat-me\"}";

    private static IEnumerable<TestCaseData> Bodies()
    {
        yield return Case("nothing", "", "the body: a body has 1 to 1048576 bytes (found 0 bytes). Send the command as JSON.");
        yield return Case("no JSON", "do-not-repeat-me", "from line 1, byte 1 on");
        yield return Case("a trailing comma", $$"""{"tenantId":"acme",{{Input}},}""", "Correct it there.");
        yield return Case("a list", "[1]", "the body: must be an object (found a list of 1)");
        yield return Case("two objects", "{}{}", "a body is one JSON object");
        yield return Case("a key misspelled", $$"""{"tenantId":"acme","idempotencykeys":"{{Secret}}",{{Input}}}""", "idempotencykeys: the members here are tenantId, userId, idempotencyKey");
        yield return Case("a member named by content", $$"""{"tenantId":"acme","do-not-repeat-me, I said":1,{{Input}}}""", "(a name of 24 characters): the members here are");
        yield return Case("a member twice", $$"""{"tenantId":"acme","idempotencyKey":"a","IDEMPOTENCYKEY":"b",{{Input}}}""", "idempotencyKey: each member is given once (found a member given twice)");
        yield return Case("a parameter twice", """{"tenantId":"acme","input":{"parameters":{"seed":{"a":1,"a":2}}}}""", "input.parameters.(a name of 4 characters).(a name of 1 characters): each member is given once");
        yield return Case("a wrong type", $$"""{"tenantId":["{{Secret}}"],{{Input}}}""", "tenantId: must be a text (found a list of 1)");
        yield return Case("several faults", """{"tenantId":1,"tags":"do-not-repeat-me","deadline":"do-not-repeat-me"}""", "tenantId: must be a text (found a number). Give a text, or leave it out. tags: must be a list (found a text of 16 characters)");
        yield return Case("another command", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","requestedBy":"do-not-repeat-me"}""", "The body is no SubmitJob. jobId: the members here are");
        yield return Case("JSON 10,000 deep", new string('[', 10_000), "nested at most 32 deep");
        yield return Case("half a character", $$"""{"tenantId":"\ud800",{{Input}}}""", "an escape that stands for half a character");
        yield return Case("half a character in a parameter", """{"tenantId":"acme","input":{"parameters":{"x":"\ud800"}}}""", "an escape that stands for half a character");
        yield return Case("null bytes", "{\"tenantId\":\"ac\0me\"}", "that can't be read from line 1");
        yield return new TestCaseData(new byte[] { (byte)'"', 0xff, 0xfe, (byte)'"' }, "bytes that are no UTF-8").SetArgDisplayNames("bytes that are no text");
        yield return Case("parameters that differ in case", """{"tenantId":"acme","input":{"parameters":{"duration":4,"Duration":5}}}""", "input.parameters.(a name of 8 characters): names differ in more than upper and lower case");
        yield return Case("a parameter without a name", """{"tenantId":"acme","input":{"parameters":{"":1}}}""", "input.parameters.(a name of 0 characters): each member has a name");
        yield return Case("an infinite number", """{"tenantId":"acme","input":{"references":[{"durationSeconds":1e999}]}}""", "input.references[0].durationSeconds: must be a number of at most 1.7e308");
        yield return Case("a time without its offset", """{"tenantId":"acme","deadline":"2026-05-01T12:00:00"}""", "Add Z where it is in UTC");
        yield return Case("an AMQP 1.0 map", "\0\x53\x77\xc1\x01\0", "the body: a body is JSON, as a text or as bytes (found an AMQP 1.0 value that is a map)");
        yield return Case("2 MiB", $$"""{"tenantId":"{{new string('a', 2 * 1024 * 1024)}}"}""", "Pass large things by reference.");

        static TestCaseData Case(string name, string body, string detail) => new TestCaseData((body is ['\0', ..] ? Encoding.Latin1 : Encoding.UTF8).GetBytes(body), detail).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Bodies))]
    public async Task It_is_kept_with_what_to_mend(byte[] body, string detail)
    {
        await Producer.PublishAsync("submit-job", body, new BasicProperties { MessageId = "order 1" });

        var kept = await Producer.TakeAsync("workers-intake-submit-job_error");
        Assert.That(kept.Body.Span.SequenceEqual(body), Is.True, "the body as it came");
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Detail), Does.Contain(detail).And.Not.Contain(Secret));
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Reason), Is.EqualTo("unreadable"));
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Queue), Is.EqualTo("workers-intake-submit-job"));
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.CorrelationId), Is.Null);
        Assert.That(kept.BasicProperties.Headers![DeadLetterHeaders.Count], Is.EqualTo(1));
        Assert.That(kept.BasicProperties.MessageId, Is.EqualTo("order 1"));
        Assert.That(await Stores.Jobs.TakeDueAsync(DateTimeOffset.MaxValue, TimeSpan.FromHours(1), 10, CancellationToken.None), Is.Empty);
        Assert.That(Events.Of<JobAccepted>(), Is.Empty);
        Assert.That((await Heard<SubmissionRejected>(_ => true)).MessageId, Is.EqualTo("order 1"));
    }

    [TestCase("cancel-job", """{"tenantId":"acme","requestedBy":"ada"}""", "jobId: must be a UUID (found missing). Give a UUID.")]
    [TestCase("cancel-job", """{"jobId":null,"tenantId":"acme","requestedBy":"ada"}""", "jobId: must be a UUID (found missing)")]
    [TestCase("cancel-job", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"a tenant","requestedBy":""}""", "tenantId: tenantId has 1 to 64 letters")]
    [TestCase("cancel-job", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","requestedBy":"ada","payAgain":true}""", "payAgain: the members here are jobId, tenantId, requestedBy, reason")]
    [TestCase("resume-job", """{"jobId":"0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11","tenantId":"acme","requestedBy":"ada","settlement":{}}""", "settlement.settledBy: must be a text (found missing)")]
    public async Task So_is_that_of_another_command(string routingKey, string body, string detail)
    {
        await Producer.PublishAsync(routingKey, body);

        var kept = await Producer.TakeAsync($"workers-intake-{routingKey}_error");
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Detail), Does.Contain(detail));
        Assert.That((await Heard<CommandRejected>(_ => true)).Reason, Does.Contain(detail));
    }

    [TestCase("submit-job", "{", nameof(SubmissionRejected))]
    [TestCase("submit-job", """{"tenant":"acme"}""", nameof(SubmissionRejected))]
    [TestCase("cancel-job", "[]", nameof(CommandRejected))]
    [TestCase("resume-job", "", nameof(CommandRejected))]
    public async Task What_names_nobody_is_answered_where_it_says_and_told_as_of_no_tenant(string routingKey, string body, string answer)
    {
        var answers = await Producer.OwnQueueAsync();
        var events = await Producer.OwnQueueAsync();
        await Producer.Channel.QueueBindAsync(events, "workers-events", "-.*");

        await Producer.PublishAsync(routingKey, body, new BasicProperties { ReplyTo = answers, CorrelationId = "order 7, please", MessageId = "7" });

        var reply = await Producer.TakeAsync(answers);
        var told = await Producer.TakeAsync(events);
        Assert.That(reply.BasicProperties.CorrelationId, Is.EqualTo("order 7, please"));
        Assert.That(Encoding.UTF8.GetString(reply.Body.Span), Does.Contain($"urn:message:Workers.Contracts:{answer}").And.Contain("\"messageId\": \"7\""));
        Assert.That(told.RoutingKey, Is.EqualTo($"-.{FleetTopology.EventWord(typeof(CommandRejected).Assembly.GetType($"Workers.Contracts.{answer}")!)}"));
        Assert.That(reply.BasicProperties.MessageId, Is.EqualTo(told.BasicProperties.MessageId));
    }

    [Test]
    public async Task So_is_one_that_wants_its_reply_in_a_queue_of_the_fleet()
    {
        await Producer.PublishAsync("submit-job", Json("harbour-1"), new BasicProperties { ReplyTo = "workers-start-job" });

        var kept = await Producer.TakeAsync("workers-intake-submit-job_error");
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Detail), Does.Contain("reply_to: a reply goes to a queue of your own"));
    }

    [Test]
    public async Task Its_sender_is_told_where_the_body_says_who_that_is()
    {
        var answers = await Producer.OwnQueueAsync();

        await Producer.PublishAsync(
            "submit-job",
            """{"tenantId":"acme","idempotencyKey":"harbour-1","input":{"promt":"do-not-repeat-me"}}""",
            new BasicProperties { ReplyTo = answers });

        var rejected = await Heard<SubmissionRejected>(e => e.IdempotencyKey == "harbour-1");
        Assert.That(rejected.TenantId, Is.EqualTo(Tenant));
        Assert.That(rejected.CorrelationId, Is.EqualTo(Jobs.Lifecycle.JobIdentity.JobId(Tenant, "harbour-1")));
        Assert.That(rejected.Faults.Single().Field, Is.EqualTo("input.promt"));
        var answer = await Producer.TakeAsync(answers);
        Assert.That(answer.BasicProperties.MessageId, Is.EqualTo(Events.All.Single().MessageId.ToString()));
    }

    [Test]
    public async Task It_holds_up_nobody_else()
    {
        for (var i = 0; i < 100; i++)
        {
            await Producer.PublishAsync("submit-job", "{");
        }

        await Producer.PublishAsync("submit-job", Json("harbour-1"));

        await Heard<JobSucceeded>(_ => true);
    }
}
