using Workers.Host.Tests.Support;
using Workers.Testing;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;
using Workers.Testing.Providers;
using Workers.Testing.Stores;

namespace Workers.Host.Tests.Polling;

/// <summary>Real processes, and what the provider saw of them.</summary>
[Category("Integration")]
internal sealed class When_a_polling_process_is_killed
{
    private const int Attempts = 5_000;
    private const int Accounts = 20;

    /// <summary>Shorter than the product's, as is the lease, so that the test is.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(6);

    [Test]
    public async Task Others_ask_for_its_tasks_in_time_and_never_two_at_once()
    {
        await using var provider = await ListedTasks.StartAsync(TimeSpan.FromMilliseconds(300));
        await using var broker = await VirtualHost.CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        Dictionary<string, string?> settings = new(DueAttempts.Settings(Accounts, provider.Root))
        {
            ["RabbitMq:Url"] = broker.Url,
            ["MongoDb:Url"] = database.Options.Url,
            ["MongoDb:Database"] = database.Options.Database,
            ["Polling:LongestInterval"] = Interval.ToString(),
            ["Polling:FirstInterval"] = (Interval / 2).ToString(),
            ["Polling:RoundLease"] = Lease.ToString(),
        };
        var processes = Enumerable.Range(0, 3).Select(_ => HostProcess.Start(settings, "--roles", "polling")).ToList();
        try
        {
            foreach (var process in processes)
            {
                await process.IsAsync(System.Net.HttpStatusCode.OK);
            }

            var from = TimeProvider.System.GetUtcNow();
            var due = await DueAttempts.MakeAsync(new Stores(database.Store).Attempts, Attempts, Accounts, from + TimeSpan.FromSeconds(3), Due);
            await Eventually.HoldsAsync(() => Task.FromResult(provider.Calls.Count > Accounts), () => "Nobody was polled.");
            await processes[0].KillAfterAsync(TimeSpan.Zero);

            var until = due.Values.Max() + Grace + TimeSpan.FromSeconds(1);
            await Eventually.HoldsAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > until), () => "", seconds: 120);
            var findings = PollFindings.Of([.. provider.Calls], due, Interval, Grace, TimeSpan.FromSeconds(1), until);
            TestContext.Out.WriteLine($"{provider.Calls.Count} calls; {findings}");
            Assert.That(findings, Is.EqualTo(findings with { Late = 0, AtOnce = 0, TooSoon = 0 }));
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }
}
