using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

internal sealed class When_a_container_is_stopped : ComposeTest
{
    private const int Seconds = 40;

    /// <summary>What a role may have been handed ahead of its queues: 64 of each, of two at most.</summary>
    private const int InHand = 128;

    [TestCaseSource(typeof(Stack), nameof(Stack.Roles))]
    public async Task It_ends_in_good_order_and_gives_back_no_more_than_it_held(string service)
    {
        var load = await Load.StartAsync(Stack, jobs: 200);
        var before = await Stack.Upstream.RedeliveriesAsync();
        await load.ReachesAsync(80);
        var container = (await Stack.ContainersOfAsync(service)).Single();

        var began = TimeProvider.System.GetTimestamp();
        await Docker.RunAsync("stop", "-t", $"{Seconds}", container);
        var took = TimeProvider.System.GetElapsedTime(began);
        var code = (await Docker.InspectAsync(container)).GetProperty("State").GetProperty("ExitCode").GetInt32();
        await Docker.RunAsync("start", container);

        Assert.That(code, Is.Zero);
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(Seconds)));
        await load.EndsAsOneJobEachAsync();
        await Stack.HealthyAsync(service);
        var redelivered = await Stack.Upstream.RedeliveriesAsync() - before;
        TestContext.Out.WriteLine($"{service} ended in {took.TotalSeconds:F1} s; {redelivered} deliveries came again.");
        Assert.That(redelivered, Is.LessThanOrEqualTo(InHand));
    }
}
