using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Tests.Intake;

/// <summary>Producers that write MassTransit's envelope themselves, or forget it: what can't be read is told by its field, as at the intake.</summary>
[Category("Integration")]
internal sealed class When_a_typed_exchange_is_used : IntakeTest
{
    private const string Key = "harbour-1";

    [TestCase("SubmitJob", "workers-submit-job")]
    [TestCase("ResumeJob", "workers-submit-job")]
    [TestCase("CancelJob", "workers-job-events")]
    public async Task Raw_json_is_told_that_the_intake_is_meant(string command, string queue)
    {
        var answers = await Producer.OwnQueueAsync();

        await PublishAsync(command, Json(Key), new BasicProperties { ContentType = "application/json", ReplyTo = answers, CorrelationId = "7" });

        var kept = await Producer.TakeAsync($"{queue}_error");
        Assert.That(RawProducer.Header(kept, DeadLetterHeaders.Detail), Does.Contain("JSON without MassTransit's envelope").And.Contain("Publish raw JSON to the exchange workers-intake, with the routing key submit-job"));
        Assert.That((await Producer.TakeAsync(answers)).BasicProperties.CorrelationId, Is.EqualTo("7"));
    }

    [TestCase("\"deadline\":\"2026-05-01T12:00:00\"", "deadline", "a time without its offset from UTC")]
    [TestCase("\"expect\":{\"minBytes\":5.5}", "expect.minBytes", "a number with a fraction")]
    [TestCase("\"input\":{\"model\":\"m\",\"parameters\":{\"duration\":4,\"Duration\":5}}", "input.parameters.(a name of 8 characters)", "other letter case")]
    [TestCase("\"input\":{\"model\":\"m\",\"references\":[{\"durationSeconds\":1e999}]}", "input.references[0].durationSeconds", "beyond all measure")]
    public async Task What_an_envelope_says_wrong_is_told_by_field(string member, string field, string found)
    {
        await PublishAsync("SubmitJob", Enveloped("SubmitJob", $$"""{"tenantId":"{{Tenant}}","idempotencyKey":"{{Key}}","fromTheFuture":1,{{member}}}"""));

        var fault = (await Heard<SubmissionRejected>(e => e.IdempotencyKey == Key)).Faults.Single();
        Assert.That(fault.Field, Is.EqualTo(field));
        Assert.That(fault.Found, Does.Contain(found));
        Assert.That(RawProducer.Header(await Producer.TakeAsync("workers-submit-job_error"), DeadLetterHeaders.Detail), Does.Contain($"{field}: "));
    }

    [Test]
    public async Task A_null_counts_as_left_out_and_a_priority_for_nothing()
    {
        var message = JsonNode.Parse(Json(Key))!;
        (message["tags"], message["deadline"], message["expect"]) = (new JsonArray(null, "night"), null, JsonNode.Parse("""{"minBytes":1.0,"mediaTypes":[null]}"""));
        message["input"]!["parameters"] = JsonNode.Parse("""{"duration":5.0,"seed":null}""");

        await PublishAsync("SubmitJob", Enveloped("SubmitJob", message.ToJsonString()), new BasicProperties { Priority = 31 });

        var job = await JobShouldBe(JobIdentity.JobId(Tenant, Key), nameof(JobLifecycle.Succeeded));
        Assert.That(string.Join(",", job.Tags), Is.EqualTo("night"));
        Assert.That(JsonSerializer.Serialize(job.Input.Parameters), Is.EqualTo("""{"duration":5}"""));
        TasksShouldBe(1);
    }

    private static string Enveloped(string command, string message) =>
        $$"""{"messageId":"{{Guid.NewGuid()}}","messageType":["urn:message:Workers.Contracts:{{command}}"],"message":{{message}}}""";

    private async Task PublishAsync(string command, string body, BasicProperties? properties = null) =>
        await Producer.Channel.BasicPublishAsync($"Workers.Contracts:{command}", "", mandatory: true, properties ?? new BasicProperties(), Encoding.UTF8.GetBytes(body));
}
