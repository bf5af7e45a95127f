using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

/// <summary>All but the simulator: it is the provider, keeps its tasks in memory, and counts.</summary>
internal sealed class When_a_container_is_killed : ComposeTest
{
    /// <summary>Those of <c>cluster.yaml</c> are there only where <c>COMPOSE_FILE</c> names it.</summary>
    private static readonly string[] Services = [.. Stack.Roles, "rabbitmq", "rabbitmq-2", "mongodb", "seq"];

    [TestCaseSource(nameof(Services))]
    public async Task Nothing_is_lost_and_nothing_doubled(string service)
    {
        await Stack.RequireAsync(service);
        var load = await Load.StartAsync(Stack, jobs: 200);
        await load.ReachesAsync(80);

        // A killed container counts as stopped on purpose: no restart policy brings it back.
        foreach (var container in await Stack.ContainersOfAsync(service))
        {
            await Docker.RunAsync("kill", container);
            await load.ReachesAsync(140);
            await Docker.RunAsync("start", container);
        }

        await load.EndsAsOneJobEachAsync();
        await Stack.HealthyAsync(service);
    }
}
