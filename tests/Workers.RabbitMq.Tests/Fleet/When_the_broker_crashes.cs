using System.Globalization;
using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.Fleet;

[Category("Integration")]
[Category("Crash")]
internal sealed class When_the_broker_crashes : FleetTest
{
    private const int Jobs = 500;
    private const int Crashes = 10;

    /// <summary>Calls in hand finish in good time although seconds pass while the broker is away.</summary>
    protected override double TimeScale => 20;

    protected override bool IsOnRabbitMq => true;

    [Test]
    public async Task Every_job_ends_none_is_lost_and_none_has_two_tasks()
    {
        SimulatorOptions.MaxRunning = 1000;
        SimulatorOptions.MaxQueued = 0;
        SimulatorOptions.CreatesPerMinute = 0;
        Settings["Accounts:main:CreatesPerMinute"] = "60000";
        Settings["Accounts:main:TasksInFlight"] = "1000";
        using (await TestBroker.HoldAsync())
        {
            await StartFleet();
        }

        var started = TimeProvider.System.GetTimestamp();
        var submissions = Enumerable.Range(0, Jobs).Select(i => Submission($"a lighthouse, take {i}", string.Create(CultureInfo.InvariantCulture, $"take-{i}"))).ToArray();

        var batches = submissions.Chunk(Jobs / Crashes).ToArray();
        List<Task> sending = [];
        for (var crash = 0; crash < Crashes; crash++)
        {
            sending.AddRange(batches[crash].Select(SendAsync));

            // Into the thick of it: some have their tasks, some are on their way there, some were not even taken.
            var tasks = (crash * batches[crash].Length) + (batches[crash].Length / 3);
            await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Count >= tasks), () => $"{tasks} tasks should be made before crash {crash}, and {Simulator.Ledger.Tasks.Count} were.", seconds: 60);
            using var held = await TestBroker.HoldAsync();
            await TestBroker.CrashAsync();
            await TestBroker.StartAsync();
        }

        await Task.WhenAll(sending);
        await EachShouldEnd(submissions.Select(JobIdentity.JobId), seconds: 120);

        var jobs = await Task.WhenAll(submissions.Select(submission => Find(JobIdentity.JobId(submission))));
        TestContext.Out.WriteLine(
            $"{Crashes} crashes in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F0} s: {string.Join(", ", jobs.GroupBy(job => job!.State).Select(group => $"{group.Count()} {group.Key}"))}, {Simulator.Ledger.Tasks.Count} tasks");
        Assert.That(jobs.Select(job => job!.State), Is.All.EqualTo(nameof(JobLifecycle.Succeeded)));
        NothingIsPaidTwice();
        await Eventually(
            () => Task.FromResult(Events.Of<JobSucceeded>().DistinctBy(e => e.JobId).Count() == Jobs),
            () => $"Upstream should hear of all {Jobs} ends, and heard of {Events.Of<JobSucceeded>().DistinctBy(e => e.JobId).Count()}.");
    }

    /// <summary>As an upstream service does: until the broker has confirmed it, with the same idempotency key.</summary>
    private async Task SendAsync(SubmitJob submission)
    {
        while (true)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                // Waited for here as well: on a connection that broke it may never look at its token again.
                await Fleet.Bus.Publish(submission, patience.Token).WaitAsync(patience.Token);
                return;
            }
            catch (Exception fault) when (fault is OperationCanceledException or ConnectionException or RabbitMQ.Client.Exceptions.RabbitMQClientException)
            {
                // Not confirmed: once more.
            }
        }
    }
}
