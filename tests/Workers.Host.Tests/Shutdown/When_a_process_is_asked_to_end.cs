using System.Net;
using Workers.Host.Tests.Support;
using Workers.Simulator;
using Workers.Testing;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Shutdown;

[Category("Integration")]
internal sealed class When_a_process_is_asked_to_end
{
    private const string Queue = "workers-start-job";
    private const int Jobs = 40;
    private const int Prefetch = 8;

    private readonly string _results = Path.Combine(Path.GetTempPath(), $"workers-test-{Guid.NewGuid():N}");

    [TearDown]
    public void Clear()
    {
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }
    }

    [Test]
    public async Task It_finishes_what_it_has_in_hand_returns_the_rest_and_loses_nothing()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var simulator = await BusyProvider.StartAsync("delay 1s after");
        await using var process = HostProcess.Start(BusyProvider.Settings(simulator, broker, _results, grace: TimeSpan.FromSeconds(20)));
        await process.IsAsync(HttpStatusCode.OK);
        await BusyProvider.SubmitAsync(broker, Jobs);
        await Eventually.HoldsAsync(async () => Asked(simulator) >= 6 && await broker.CountAsync("workers-submit-job") == 0, () => $"It should be busy, and asked {Asked(simulator)} times.\n{process.Output}");

        var asked = TimeProvider.System.GetTimestamp();
        await process.TerminateAsync();
        Assert.That(await process.EndsAsync(), Is.Zero, process.Output);
        Assert.That(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, Is.LessThan(20));
        Assert.That(process.Output, Does.Contain("Ended in good order"));

        var (left, redelivered) = await TakeAllAsync(broker);
        Assert.That(left, Is.InRange(1, Jobs - 6), "it was stopped in the middle");
        Assert.That(Asked(simulator) + left, Is.EqualTo(Jobs), "what was finished and what is still to be done");
        Assert.That(redelivered, Is.LessThanOrEqualTo(Prefetch), "only what it had been handed comes again");
    }

    [Test]
    public async Task A_call_that_outlasts_the_grace_is_given_up_and_its_message_goes_back()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var simulator = await BusyProvider.StartAsync("delay 2m after");
        await using var process = HostProcess.Start(BusyProvider.Settings(simulator, broker, _results, grace: TimeSpan.FromSeconds(4)));
        await process.IsAsync(HttpStatusCode.OK);
        await BusyProvider.SubmitAsync(broker, 2);
        await Eventually.HoldsAsync(() => Task.FromResult(Asked(simulator) == 2), () => process.Output);

        var asked = TimeProvider.System.GetTimestamp();
        await process.TerminateAsync();
        Assert.That(await process.EndsAsync(), Is.Zero, process.Output);
        Assert.That(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, Is.InRange(3, 6));
        Assert.That(await TakeAllAsync(broker), Is.EqualTo((2, 2)));
        Assert.That(await broker.CountAsync($"{Queue}_error"), Is.Zero, "nothing failed");
    }

    [Test]
    public async Task A_consumer_that_hears_nothing_is_left_behind_and_its_message_goes_back()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var simulator = await BusyProvider.StartAsync("delay 1s");
        await using var process = HostProcess.StartTrapped(BusyProvider.Settings(simulator, broker, _results, grace: TimeSpan.FromSeconds(3)));
        await process.IsAsync(HttpStatusCode.OK);
        await BusyProvider.SubmitAsync(broker, ["hang"]);
        await process.WritesAsync("Hanging");

        var asked = TimeProvider.System.GetTimestamp();
        await process.TerminateAsync();
        Assert.That(await process.EndsAsync(), Is.Zero, process.Output);
        Assert.That(TimeProvider.System.GetElapsedTime(asked).TotalSeconds, Is.InRange(2, 5));
        await Eventually.HoldsAsync(async () => await broker.CountAsync("workers-submit-job") == 1, () => "The message should be back.");
    }

    /// <summary>Each has its task at once, and its answer a second later.</summary>
    private static int Asked(ModelArkSimulator simulator) => simulator.Ledger.Tasks.Count;

    private static async Task<(int Left, int Redelivered)> TakeAllAsync(VirtualHost broker)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var (left, redelivered) = (0, 0);
        while (await channel.BasicGetAsync(Queue, autoAck: true) is { } message)
        {
            left++;
            redelivered += message.Redelivered ? 1 : 0;
        }

        return (left, redelivered);
    }
}
