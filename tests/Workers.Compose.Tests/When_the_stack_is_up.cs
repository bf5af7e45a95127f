using System.Text.Json;
using Workers.Compose.Tests.Support;

namespace Workers.Compose.Tests;

internal sealed class When_the_stack_is_up : ComposeTest
{
    private static readonly string[] Ours = [.. Stack.Roles, "simulator"];

    [Test]
    public void It_was_healthy_soon()
    {
        TestContext.Out.WriteLine($"Healthy after {Stack.StartedIn.TotalSeconds:F0} s.");
        Assert.That(Stack.StartedIn, Is.LessThan(TimeSpan.FromSeconds(90)));
    }

    [TestCaseSource(nameof(Ours))]
    public async Task A_container_of_ours_may_do_nothing_that_it_need_not(string service)
    {
        foreach (var container in await Stack.ContainersOfAsync(service))
        {
            var facts = await Docker.InspectAsync(container);
            var host = facts.GetProperty("HostConfig");

            Assert.That(facts.GetProperty("State").GetProperty("Running").GetBoolean(), Is.True);
            Assert.That(host.GetProperty("ReadonlyRootfs").GetBoolean(), Is.True, "its root file system is read-only");
            Assert.That(Words(host.GetProperty("CapDrop")), Does.Contain("ALL"));
            Assert.That(Words(host.GetProperty("CapAdd")), Is.Empty);
            Assert.That(Words(host.GetProperty("SecurityOpt")), Has.Some.StartsWith("no-new-privileges"));
            Assert.That(host.GetProperty("Privileged").GetBoolean(), Is.False);
            Assert.That(host.GetProperty("Memory").GetInt64(), Is.Positive, "its memory is limited");
            Assert.That(host.GetProperty("NanoCpus").GetInt64(), Is.Positive, "its CPU is limited");
            Assert.That(await UsersOfAsync(container), Is.Not.Empty.And.All.Not.EqualTo("0").And.All.Not.EqualTo("root"), "as the kernel sees it");
        }
    }

    [TestCaseSource(nameof(Ours))]
    public async Task No_secret_is_in_a_container_s_settings(string service)
    {
        var secrets = Directory.GetFiles(Path.Combine(Stack.Repository, "compose", "secrets")).Where(file => Path.GetFileName(file).EndsWith("-password", StringComparison.Ordinal)).Select(File.ReadAllText).ToList();
        Assert.That(secrets, Has.Count.GreaterThanOrEqualTo(2).And.All.Length.GreaterThan(20));

        foreach (var container in await Stack.ContainersOfAsync(service))
        {
            var facts = (await Docker.InspectAsync(container)).GetRawText();
            Assert.That(secrets.Where(secret => facts.Contains(secret, StringComparison.Ordinal)), Is.Empty);
        }
    }

    private static string[] Words(JsonElement list) => list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(word => word.GetString()!)] : [];

    private static async Task<string[]> UsersOfAsync(string container) =>
        [.. (await Docker.RunAsync("top", container, "-o", "uid,pid")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1).Select(process => process.Split(' ')[0])];
}
