using System.Globalization;
using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

internal sealed class When_roles_are_multiplied : ComposeTest
{
    private const int Started = 2010;
    private const int TaskEnded = 3021;

    [TearDown]
    public Task ScaleBack() => Stack.ComposeAsync("up", "--detach", "--wait", "--no-recreate");

    [Test]
    public async Task All_containers_share_the_work()
    {
        await Stack.ComposeAsync("up", "--detach", "--wait", "--no-recreate", "--scale", "submission=3", "--scale", "polling=2");

        var load = await Load.StartAsync(Stack, jobs: 300);
        await load.EndsAsOneJobEachAsync();

        Assert.That(await CountsAsync("submission", Started), Has.Length.EqualTo(3).And.All.Positive);
        Assert.That(await CountsAsync("polling", TaskEnded), Has.Length.EqualTo(2).And.All.Positive);
    }

    /// <summary>How often each container of a service has logged an event.</summary>
    private static async Task<int[]> CountsAsync(string service, int eventId)
    {
        var mark = string.Create(CultureInfo.InvariantCulture, $"\"Id\":{eventId},");
        List<int> counts = [];
        foreach (var container in await Stack.ContainersOfAsync(service))
        {
            counts.Add((await Docker.RunAsync("logs", container)).Split('\n').Count(line => line.Contains(mark, StringComparison.Ordinal)));
        }

        TestContext.Out.WriteLine($"{service}: {string.Join(", ", counts)}");
        return [.. counts];
    }
}
