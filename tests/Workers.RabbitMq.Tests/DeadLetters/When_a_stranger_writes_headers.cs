using System.Text;
using MassTransit;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Tests.DeadLetters;

/// <summary>Headers of a producer are copied with care, and what they claim counts for nothing.</summary>
[Category("Integration")]
internal sealed class When_a_stranger_writes_headers : DeadLetterTest
{
    private const string Error = "workers-intake-submit-job_error";
    private const string Unfinished = "{\"oops\":";

    /// <summary>With which a message's properties are as long as the broker allows.</summary>
    private static readonly string Large = new('x', 130_800);

    [Test]
    public async Task A_message_whose_headers_fill_a_frame_is_kept_at_its_first_failure_and_can_be_redriven()
    {
        await StartFleet();

        await Publish(FleetTopology.Intake, "submit-job", Unfinished, ("large", Large), ("small", "kept"));

        var letter = (await LettersIn(Error, 1))[0];
        Assert.That((letter.Count, letter.Cut), Is.EqualTo((1L, "1 foreign headers of 130811 bytes")));
        Assert.That((await Browser.FindAsync(letter.Id, default))[0].Headers.Select(header => header.Key), Does.Contain("small").And.No.Contain("large"));
        Assert.That((await RecordOf(letter)).Reason, Does.Contain("1 foreign headers of 130811 bytes had no room"));
        Assert.That((await Redrive()).Sent, Is.EqualTo(1));
        Assert.That((await LettersIn(Error, 1))[0], Has.Property("Redriven").EqualTo(1).Or.Property("Redriven").Zero);
    }

    [Test]
    public async Task What_they_claim_counts_for_nothing_and_leads_no_copy_anywhere()
    {
        await StartFleet();

        await Publish(FleetTopology.Intake, "submit-job", Unfinished,
            (DeadLetterHeaders.Redriven, 99), (DeadLetterHeaders.RedrivenBy, Secret), (DeadLetterHeaders.FirstAt, "2001-01-01T00:00:00.000Z"), (MessageHeaders.RedeliveryCount, 7), ("x-delivery-count", 50L),
            ("x-death", new List<object?> { new Dictionary<string, object?> { ["queue"] = "workers-poll-round" } }), ("CC", new List<object?> { "workers-poll-round" }));

        var letter = (await LettersIn(Error, 1))[0];
        Assert.That((letter.Redriven, letter.RedrivenBy, letter.Count, letter.FirstAt), Is.EqualTo((0, (string?)null, 1L, letter.LastAt)));
        Assert.That((await Redrive()).Sent, Is.EqualTo(1), "nothing says that it was redriven too often");
        await Eventually(async () => (await LettersIn(Error, 1))[0].Redriven == 1, () => "It should come back.");
        Assert.That(await Broker.CountAsync("workers-poll-round_error"), Is.Zero);
    }

    [Test]
    public async Task Those_inside_of_an_envelope_do_not_go_with_its_redelivery()
    {
        await StartFleet();
        var job = Guid.NewGuid();
        var envelope = $$$"""
            {"messageId":"{{{NewId.NextGuid()}}}","messageType":["urn:message:Workers.Contracts:CancelJob"],"message":{"jobId":"{{{job}}}","tenantId":"acme","requestedBy":"ada"},
             "headers":{"large":"{{{new string('x', 300_000)}}}","CC":"workers-poll-round","{{{new string('n', 300)}}}":"a name as long as no header's","MT-Redelivery-Count":1000,"workers-redriven":9}}
            """;

        await Publish("Workers.Contracts:CancelJob", "", envelope, ("content", "masstransit"));

        await Heard<CommandRejected>(rejected => rejected.JobId == job);
        Assert.That(await Broker.CountAsync("workers-poll-round_error"), Is.Zero);
        Assert.That(await Broker.CountAsync("workers-job-events_error"), Is.Zero);
    }

    private async Task Publish(string exchange, string routingKey, string body, params (string Name, object? Value)[] headers)
    {
        await using var connection = await Broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var properties = new BasicProperties
        {
            ContentType = exchange == FleetTopology.Intake ? "application/json" : "application/vnd.masstransit+json",
            Headers = headers.ToDictionary(header => header.Name, header => header.Value),
        };
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }
}
