using System.Collections.Concurrent;
using MassTransit;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.Fleet;

/// <summary>The wire is silent, and nothing breaks: as when a cluster has lost its majority, or when the client waits for a confirmation that a restarted broker owes.</summary>
[Category("Integration")]
internal sealed class When_the_broker_stops_confirming : FleetTest
{
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(1);

    protected override bool IsOnRabbitMq => true;

    [Test]
    public async Task The_message_in_hand_is_delivered_again_and_neither_counted_nor_kept_as_a_dead_letter()
    {
        Settings["RabbitMq:SendTimeout"] = $"{SendTimeout}";
        await StartFleet();
        var deliveries = new Deliveries();
        Fleet.Bus.ConnectConsumeMessageObserver(deliveries);
        var called = Failpoints.PauseAt(Failpoint.TaskRecorded);

        var jobId = await Submit();
        await Failpoints.ReachedAsync(Failpoint.TaskRecorded);
        Failpoints.Disarm(Failpoint.TaskRecorded);
        Fleet.Wire.Freeze();
        called.SetResult(); // the task's start is told to nobody
        await Eventually(() => Task.FromResult(!deliveries.Faults.IsEmpty), () => "The send should be given up.");
        Fleet.Wire.Thaw();

        await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
        Assert.That(deliveries.Faults, Is.All.InstanceOf<Jobs.BrokerAwayException>());
        Assert.That(deliveries.RedeliveryCounts, Is.All.Zero);
        Assert.That(deliveries.RedeliveryCounts, Has.Count.GreaterThan(1), "it is delivered again");
        NothingIsPaidTwice();
        await EndProcess();
        Assert.That(await Broker.CountAsync("workers-start-job_error"), Is.Zero);
    }

    private sealed class Deliveries : IConsumeMessageObserver<StartJob>
    {
        public ConcurrentBag<Exception> Faults { get; } = [];

        public ConcurrentBag<int> RedeliveryCounts { get; } = [];

        public Task PreConsume(ConsumeContext<StartJob> context)
        {
            RedeliveryCounts.Add(context.GetRedeliveryCount());
            return Task.CompletedTask;
        }

        public Task PostConsume(ConsumeContext<StartJob> context) => Task.CompletedTask;

        public Task ConsumeFault(ConsumeContext<StartJob> context, Exception exception)
        {
            Faults.Add(exception);
            return Task.CompletedTask;
        }
    }
}
