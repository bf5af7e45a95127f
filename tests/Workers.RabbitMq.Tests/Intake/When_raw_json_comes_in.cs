using System.Text;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Tests.Intake;

[Category("Integration")]
internal sealed class When_raw_json_comes_in : IntakeTest
{
    private const string Key = "harbour-1";

    private static readonly Guid JobId = JobIdentity.JobId(Tenant, Key);

    [Test]
    public async Task A_submission_runs_to_its_end()
    {
        await Producer.PublishAsync("submit-job", Json(Key));

        await Heard<JobSucceeded>(e => e.JobId == JobId);
        TasksShouldBe(1);
    }

    [Test]
    public async Task A_cancellation_stops_its_job()
    {
        await Producer.PublishAsync("submit-job", Json(Key, "a lighthouse [simulate task stuck]"));
        await JobShouldBe(JobId, nameof(JobLifecycle.Running));

        await Producer.PublishAsync("cancel-job", Json(new CancelJob { JobId = JobId, TenantId = Tenant, RequestedBy = Operator }));

        await Eventually(async () => PathOf(await Find(JobId)).Contains(nameof(JobLifecycle.Cancelling)), () => "The job should be cancelled.");
    }

    [Test]
    public async Task A_resumption_lets_its_job_go_on()
    {
        await BlockAsync(Submission("a lighthouse", Key, ("duration", 99)), FailureBucket.Validation);

        await Producer.PublishAsync("resume-job", Json(new ResumeJob { JobId = JobId, TenantId = Tenant, RequestedBy = Operator, Input = Corrected() }));

        await Heard<JobSucceeded>(e => e.JobId == JobId);
    }

    [TestCase("0b8f1f0e-5a52-4b0e-9d4a-3a7a3d0c4c11")]
    [TestCase("order 1, line 2")]
    public async Task The_same_message_twice_is_one_job_and_gets_the_same_answer(string messageId)
    {
        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { MessageId = messageId });
        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { MessageId = messageId });

        await Eventually(() => Task.FromResult(Answers().Length == 2), () => $"Both should be answered, and {Answers().Length} were.");
        await Heard<JobSucceeded>(e => e.JobId == JobId);
        Assert.That(Answers()[1], Is.EqualTo(Answers()[0]));
        TasksShouldBe(1);

        (Guid?, bool)[] Answers() => [.. Events.All.Where(heard => heard.Event is JobAccepted).Select(heard => (heard.MessageId, ((JobAccepted)heard.Event).Duplicate))];
    }

    [Test]
    public async Task Another_message_with_the_same_key_is_answered_as_a_duplicate()
    {
        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { MessageId = "1" });
        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { MessageId = "2" });

        await Heard<JobAccepted>(e => e.JobId == JobId && e.Duplicate);
        await Heard<JobSucceeded>(e => e.JobId == JobId);
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_correlation_id_is_the_jobs_where_the_body_has_none()
    {
        var correlation = Guid.NewGuid();

        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { CorrelationId = correlation.ToString() });

        Assert.That((await Heard<JobAccepted>(e => e.JobId == JobId)).CorrelationId, Is.EqualTo(correlation));
    }

    [Test]
    public async Task A_correlation_id_that_is_no_UUID_comes_back_on_every_reply_as_it_came()
    {
        var answers = await Producer.OwnQueueAsync();

        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { ReplyTo = answers, CorrelationId = "order 7 / line 2", MessageId = "m-7" });

        await Heard<JobSucceeded>(e => e.JobId == JobId);
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await Producer.TakeAsync(answers)).BasicProperties.CorrelationId, Is.EqualTo("order 7 / line 2"));
        }

        var accepted = Events.Of<JobAccepted>().Single();
        Assert.That((accepted.IdempotencyKey, accepted.MessageId, accepted.CorrelationId), Is.EqualTo((Key, "m-7", JobId)));
    }

    [Test]
    public async Task A_UUID_as_AMQP_1_0_has_it_is_an_id()
    {
        var (message, correlation) = (Guid.NewGuid(), Guid.NewGuid());
        var answers = await Producer.OwnQueueAsync();

        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { MessageId = $"urn:uuid:{message}", CorrelationId = $"urn:uuid:{correlation}", ReplyTo = answers });

        Assert.That((await Heard<JobAccepted>(e => e.JobId == JobId)).CorrelationId, Is.EqualTo(correlation));
        Assert.That((await Find(JobId))!.SubmittedBy, Is.EqualTo(message));
        Assert.That((await Producer.TakeAsync(answers)).BasicProperties.CorrelationId, Is.EqualTo($"urn:uuid:{correlation}"));
    }

    /// <summary>What RabbitMQ 4.3 hands over of messages that rhea sent with AMQP 1.0: a string, a long string, a Buffer.</summary>
    [TestCase(0xA1)]
    [TestCase(0xB1)]
    [TestCase(0xB0)]
    public async Task JSON_that_was_sent_with_AMQP_1_0_as_a_text_or_bytes_is_read(int form)
    {
        var json = Encoding.UTF8.GetBytes(Json(Key));
        byte[] length = form == 0xA1 ? [(byte)json.Length] : [0, 0, (byte)(json.Length >> 8), (byte)json.Length];

        await Producer.PublishAsync("submit-job", (byte[])[0x00, 0x53, 0x77, (byte)form, .. length, .. json], new BasicProperties { Type = "amqp-1.0" });

        await Heard<JobAccepted>(e => e.JobId == JobId);
    }

    [Test]
    public async Task Nulls_count_as_left_out_and_whole_numbers_as_whole()
    {
        await Producer.PublishAsync("submit-job", Json(Key).Replace("\"prompt\"", "\"references\":null,\"parameters\":{\"duration\":5.0,\"seed\":null,\"frames\":null},\"prompt\"", StringComparison.Ordinal));
        await Producer.PublishAsync("submit-job", Json(Key).Replace("\"prompt\"", "\"parameters\":{\"duration\":5},\"prompt\"", StringComparison.Ordinal));

        await Heard<JobSucceeded>(e => e.JobId == JobId);
        await Heard<JobAccepted>(e => e.JobId == JobId && e.Duplicate);
        TasksShouldBe(1);
    }

    /// <summary>The broker hands over by priority: a producer that asks for the highest would starve all others, and its job's steps all other jobs'.</summary>
    [Test]
    public async Task A_priority_is_not_handed_on()
    {
        var seen = await Producer.OwnQueueAsync();
        await Producer.Channel.QueueBindAsync(seen, "Workers.Contracts:SubmitJob", "");
        await Producer.Channel.QueueBindAsync(seen, "Workers.Jobs.Lifecycle:StartJob", "");

        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties { Priority = 31 });

        Assert.That((await Producer.TakeAsync(seen)).BasicProperties.Priority, Is.LessThanOrEqualTo(4));
        Assert.That((await Producer.TakeAsync(seen)).BasicProperties.Priority, Is.LessThanOrEqualTo(4));
        await Heard<JobSucceeded>(e => e.JobId == JobId);
    }

    [Test]
    public async Task Who_came_first_is_taken_first_whatever_priority_others_ask_for()
    {
        await EndProcess();
        await Producer.PublishAsync("submit-job", Json("modest"));
        for (var i = 0; i < 100; i++)
        {
            await Producer.PublishAsync("submit-job", Json($"pushing-{i}"), new BasicProperties { Priority = 31 });
        }

        await StartFleet();

        await Eventually(() => Task.FromResult(Events.Of<JobAccepted>().Count == 101), () => $"All should be accepted, and {Events.Of<JobAccepted>().Count} are.");
        var turn = Events.Of<JobAccepted>().Select(accepted => accepted.IdempotencyKey).ToList().IndexOf("modest");
        Assert.That(turn, Is.LessThan(50), "32 are handled at once");
    }

    [Test]
    public async Task What_else_AMQP_says_of_it_counts_for_nothing()
    {
        await Producer.PublishAsync("submit-job", Json(Key), new BasicProperties
        {
            ContentType = "no media type; at=all",
            ContentEncoding = "klingon",
            CorrelationId = "no UUID",
            Expiration = "600000",
            Type = "urn:message:Workers.Contracts:CancelJob",
            Headers = new Dictionary<string, object?> { ["MT-MessageId"] = "no UUID", ["MT-Redelivery-Count"] = "many", ["secret"] = "of the producer" },
        });

        var job = await JobShouldBe(JobId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Correlation, Is.EqualTo(JobId));
    }

    [Test]
    public async Task A_routing_key_that_leads_nowhere_loses_nothing()
    {
        await Producer.PublishAsync("sumbit-job", Json(Key));

        var kept = await Producer.TakeAsync(FleetTopology.Unroutable);
        Assert.That(kept.RoutingKey, Is.EqualTo("sumbit-job"));
    }
}
