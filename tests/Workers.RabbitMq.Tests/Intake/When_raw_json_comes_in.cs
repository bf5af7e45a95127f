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
