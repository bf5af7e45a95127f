using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.Tests.Intake;
using Workers.RabbitMq.Topology;
using Workers.Testing;

namespace Workers.RabbitMq.Tests.Events;

/// <summary>With nothing but AMQP: a queue of its own, bound to the exchange of all events or named as <c>reply_to</c>.</summary>
[Category("Integration")]
internal sealed class When_upstream_listens : IntakeTest
{
    private static readonly string[] Life = ["jobAccepted", "jobStarted", "jobSucceeded"];

    public When_upstream_listens()
    {
        Settings["Alerts:Rules:acmes:Kind"] = "Failures";
        Settings["Alerts:Rules:acmes:Tenant"] = Tenant;
        Settings["Alerts:Rules:acmes:MoreThan"] = "1";
    }

    [Test]
    public async Task Each_event_comes_by_its_tenant_and_name()
    {
        var queue = await SubscribeAsync("acme.*");

        await Producer.PublishAsync("submit-job", Json("harbour-1"));

        Assert.That(await RoutingKeysAsync(queue, 3), Is.EquivalentTo((string[])["acme.job-accepted", "acme.job-started", "acme.job-succeeded"]));
    }

    [Test]
    public async Task A_binding_to_one_event_brings_no_other_and_one_to_a_tenant_no_other_tenants()
    {
        var (ends, others) = (await SubscribeAsync("*.job-succeeded"), await SubscribeAsync("globex.*"));

        await Producer.PublishAsync("submit-job", Json("harbour-1"));

        Assert.That(await RoutingKeysAsync(ends, 1), Is.EqualTo((string[])["acme.job-succeeded"]));
        Assert.That(await Producer.Channel.MessageCountAsync(others), Is.Zero);
    }

    [Test]
    public async Task What_no_tenant_can_be_told_of_comes_without_one()
    {
        var queue = await SubscribeAsync("-.*");

        await Fleet.Bus.Publish(new CancelJob { JobId = Guid.NewGuid(), TenantId = new string('x', 300), RequestedBy = Operator });
        await Fleet.Bus.Publish(Submission() with { TenantId = null });

        Assert.That(await RoutingKeysAsync(queue, 2), Is.EquivalentTo((string[])["-.command-rejected", "-.submission-rejected"]));
    }

    [Test]
    public async Task An_alert_comes_as_its_tenants_or_as_nobodys()
    {
        var queue = await SubscribeAsync("*.alert-firing");

        foreach (var _ in Enumerable.Range(0, 2))
        {
            await Stores.Failures.RecordAsync(Some.Failure() with { Bucket = FailureBucket.Quota, TenantId = Tenant, At = Time.GetUtcNow() }, default);
        }

        Assert.That(await RoutingKeysAsync(queue, 2), Is.EquivalentTo((string[])["-.alert-firing", "acme.alert-firing"]));
    }

    [Test]
    public async Task Who_names_a_queue_gets_every_event_there_with_the_same_id()
    {
        var (all, own) = (await SubscribeAsync("acme.*"), await Producer.OwnQueueAsync());

        await Producer.PublishAsync("submit-job", Json("harbour-1"), new BasicProperties { ReplyTo = own });

        var (heard, answered) = (await EventsAsync(all), await EventsAsync(own));
        Assert.That(answered.Select(answer => answer.Name), Is.EquivalentTo(Life));
        Assert.That(answered, Is.EquivalentTo(heard));

        async Task<IReadOnlyList<(string Name, string? MessageId, string Message)>> EventsAsync(string queue)
        {
            List<(string, string?, string)> events = [];
            while (events.Count < Life.Length)
            {
                var message = await Producer.TakeAsync(queue);
                events.Add((NameOf(message), message.BasicProperties.MessageId, MessageOf(message).GetRawText()));
            }

            return events;
        }
    }

    [Test]
    public async Task So_does_who_has_a_command_refused()
    {
        var own = await Producer.OwnQueueAsync();

        await Producer.PublishAsync("cancel-job", Json(new CancelJob { JobId = Guid.NewGuid(), TenantId = Tenant, RequestedBy = Operator }), new BasicProperties { ReplyTo = own });

        Assert.That(NameOf(await Producer.TakeAsync(own)), Is.EqualTo("commandRejected"));
    }

    [Test]
    public async Task A_queue_that_is_gone_changes_nothing()
    {
        var own = await Producer.OwnQueueAsync();
        await Producer.Channel.QueueDeleteAsync(own);

        await Producer.PublishAsync("submit-job", Json("harbour-1"), new BasicProperties { ReplyTo = own });

        await Heard<JobSucceeded>(_ => true);
        TasksShouldBe(1);
        await NothingIsTriedAgain();
    }

    [Test]
    public async Task A_queue_that_takes_nothing_changes_nothing()
    {
        var full = (await Producer.Channel.QueueDeclareAsync(
            "studio-full", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" })).QueueName;

        await Producer.PublishAsync("submit-job", Json("harbour-1"), new BasicProperties { ReplyTo = full });

        await Heard<JobSucceeded>(_ => true);
        TasksShouldBe(1);
        await NothingIsTriedAgain();
    }

    /// <summary>A message that failed would wait on a rung of the ladder, or lie in its error queue.</summary>
    private async Task NothingIsTriedAgain()
    {
        var queues = Fleet.Services.GetRequiredService<FleetTopology>().Queues.Select(queue => queue.Name).ToList();
        await EndProcess();
        foreach (var queue in queues.Where(queue => queue.StartsWith("workers-delay", StringComparison.Ordinal) || queue.EndsWith("_error", StringComparison.Ordinal)))
        {
            Assert.That(await Producer.Channel.MessageCountAsync(queue), Is.Zero, queue);
        }
    }

    private async Task<string> SubscribeAsync(string routingKey)
    {
        var queue = await Producer.OwnQueueAsync();
        await Producer.Channel.QueueBindAsync(queue, FleetTopology.Events, routingKey);
        return queue;
    }

    private async Task<IReadOnlyList<string>> RoutingKeysAsync(string queue, int count)
    {
        List<string> keys = [];
        while (keys.Count < count)
        {
            keys.Add((await Producer.TakeAsync(queue)).RoutingKey);
        }

        return keys;
    }

    private static JsonElement MessageOf(BasicGetResult envelope) => JsonElement.Parse(envelope.Body.Span).GetProperty("message");

    /// <summary>The last word of the envelope's first message type: <c>urn:message:Workers.Contracts:JobAccepted</c>.</summary>
    private static string NameOf(BasicGetResult envelope)
    {
        var urn = JsonElement.Parse(envelope.Body.Span).GetProperty("messageType")[0].GetString()!;
        return JsonNamingPolicy.CamelCase.ConvertName(urn[(urn.LastIndexOf(':') + 1)..]);
    }
}
