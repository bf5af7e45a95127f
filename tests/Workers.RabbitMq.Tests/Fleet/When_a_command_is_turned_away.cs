using Workers.Contracts;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.Fleet;

[Category("Integration")]
internal sealed class When_a_command_is_turned_away : FleetTest
{
    protected override bool IsOnRabbitMq => true;

    [Test]
    public async Task A_rejected_submission_is_answered_and_not_kept_as_a_dead_letter()
    {
        await StartFleet();
        await Submit(Submission() with { Provider = "nobody" });
        await Heard<SubmissionRejected>(_ => true);

        await QueuesShouldBeEmptyAfterwards("workers-submit-job", "workers-submit-job_skipped", "workers-submit-job_error");
    }

    [Test]
    public async Task A_cancel_for_a_job_that_nobody_knows_is_answered_and_not_kept_as_a_dead_letter()
    {
        await StartFleet();
        var job = Guid.NewGuid();
        await Cancel(job);
        await CommandShouldBeRejected<CancelJob>(job);

        await QueuesShouldBeEmptyAfterwards("workers-job-events", "workers-job-events_skipped", "workers-job-events_error");
    }

    private async Task QueuesShouldBeEmptyAfterwards(params string[] queues)
    {
        await EndProcess();
        foreach (var queue in queues)
        {
            Assert.That(await Broker.CountAsync(queue), Is.Zero, queue);
        }
    }
}
