using Workers.Benchmarks.Processes;
using Workers.MongoDb.Submission;
using Workers.Testing.Broker;
using Workers.Testing.Providers;
using Workers.Testing.Stores;

namespace Workers.Benchmarks.Rounds;

/// <summary>Many polling processes on many due attempts, some killed on the way: what the provider saw of it.</summary>
internal static class RoundsBenchmark
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <param name="store">The store's address.</param>
    /// <param name="plan">How many, and when.</param>
    /// <returns>Whether the provider saw what it should.</returns>
    public static async Task<bool> RunAsync(string store, RoundsPlan plan)
    {
        var (attempts, accounts, processes, kills, within, interval, lead) = plan;
        await using var provider = await ListedTasks.StartAsync(TimeSpan.FromMilliseconds(50));
        await using var broker = await VirtualHost.CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        Dictionary<string, string?> settings = new(DueAttempts.Settings(accounts, provider.Root))
        {
            ["RabbitMq:Url"] = broker.Url,
            ["MongoDb:Url"] = store,
            ["MongoDb:Database"] = database.Options.Database,
            ["Polling:LongestInterval"] = interval.ToString(),
            ["Polling:FirstInterval"] = (interval / 2).ToString(),
            ["Serilog:MinimumLevel:Default"] = "Warning",
        };
        List<WorkerProcess> workers = [];
        try
        {
            // The attempts are made first, due a while from now, when all processes are up.
            var began = TimeProvider.System.GetTimestamp();
            var from = TimeProvider.System.GetUtcNow() + lead;
            var due = await DueAttempts.MakeAsync(new MongoAttempts(database.Store), attempts, accounts, from, within);
            Console.WriteLine($"{attempts} attempts in {accounts} accounts made in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
            workers.AddRange(Enumerable.Range(0, processes).Select(_ => WorkerProcess.Start(settings, "polling")));
            await Task.WhenAll(workers.Select(worker => worker.CountsAsync())); // they answer when they run
            Console.WriteLine($"{processes} processes up {(from - TimeProvider.System.GetUtcNow()).TotalSeconds:F0} s before the first attempt is due");
            await Task.Delay(Later(from, TimeProvider.System.GetUtcNow()), TimeProvider.System);
            for (var kill = 0; kill < kills; kill++)
            {
                await Task.Delay(within / (kills + 1), TimeProvider.System);
                await workers[kill].KillAsync();
                Console.WriteLine($"killed one {(TimeProvider.System.GetUtcNow() - from).TotalSeconds:F0} s after the first attempt was due");
            }

            var until = from + within + Grace + TimeSpan.FromSeconds(5);
            await Task.Delay(Later(until, TimeProvider.System.GetUtcNow()), TimeProvider.System);
            var (calls, findings) = (provider.Calls.ToList(), PollFindings.Of([.. provider.Calls], due, interval, Grace, TimeSpan.FromSeconds(1), until));
            Console.WriteLine($"{calls.Count} list calls for {calls.Sum(call => call.Ids.Count)} tasks; the latest was asked for {findings.Latest.TotalSeconds:F1} s after it was due, which was {(findings.LatestDue - from).TotalSeconds:F0} s after the first, {findings.Late} later than {Grace.TotalSeconds:F0} s; {findings.AtOnce} accounts polled by two at once; {findings.TooSoon} calls too soon");
            return findings is { Late: 0, AtOnce: 0, TooSoon: 0 };
        }
        finally
        {
            await Task.WhenAll(workers.Select(async worker => await worker.DisposeAsync()));
        }
    }

    private static TimeSpan Later(DateTimeOffset time, DateTimeOffset now) => time > now ? time - now : TimeSpan.Zero;
}
