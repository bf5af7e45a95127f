using Microsoft.Extensions.DependencyInjection;
using MongoDB.Bson;
using MongoDB.Driver;
using Workers.MongoDb.Connections;
using Workers.Simulator;

namespace Workers.Benchmarks.Lives;

/// <summary>Submits at a steady pace jobs whose tasks do not end: how soon after it was accepted the provider is called for a job, and what a job under way takes of a worker's memory.</summary>
internal static class StartRun
{
    private const int PerSecond = 100;
    private const int Warming = 500;

    public static async Task RunAsync(string store, int workers, int jobs)
    {
        await using var simulator = await ModelArkSimulator.StartAsync(Provider(), TimeProvider.System, CancellationToken.None);
        await using var scene = await Scene.StartAsync(store, simulator.Root, workers);
        await SubmitAsync(scene, Warming);
        await Scene.UntilAsync(() => scene.Client.Started >= Warming, 120, "The first jobs did not start.");
        var idle = await MemoryAsync(scene);

        await SubmitAsync(scene, jobs);
        await Scene.UntilAsync(() => scene.Client.Started >= Warming + jobs, 600, "Not all jobs started.");
        var busy = await MemoryAsync(scene);

        var calls = simulator.Ledger.Tasks.ToDictionary(task => task.Prompt, task => task.CreatedAt);
        var stored = await scene.Client.Services.GetRequiredService<Store>().Database.GetCollection<BsonDocument>("jobs")
            .Find(FilterDefinition<BsonDocument>.Empty).Project(new BsonDocument { { "submittedAt", 1 }, { "input.prompt", 1 } }).ToListAsync();
        double[] waits =
        [
            .. stored.OrderBy(job => job["submittedAt"]).Skip(Warming)
                .Select(job => (calls[job["input"]["prompt"].AsString].UtcDateTime - job["submittedAt"].ToUniversalTime()).TotalMilliseconds)
                .Order(),
        ];
        Console.WriteLine($"From a job's acceptance to the provider's call, at {PerSecond} jobs/s: p50 {waits[waits.Length / 2]:F0} ms, p99 {waits[waits.Length * 99 / 100]:F0} ms ({waits.Length} jobs)");
        Console.WriteLine($"Memory of the workers a 10,000 jobs in flight: heap {(busy.Heap - idle.Heap) / 1024.0 / 1024 * 10_000 / jobs:F1} MiB, resident {(busy.WorkingSet - idle.WorkingSet) / 1024.0 / 1024 * 10_000 / jobs:F1} MiB (before: {idle.Heap / 1024 / 1024} MiB, {idle.WorkingSet / 1024 / 1024} MiB)");
    }

    private static async Task SubmitAsync(Scene scene, int jobs)
    {
        var began = TimeProvider.System.GetTimestamp();
        List<Task> sent = [];
        for (var number = 0; number < jobs; number++)
        {
            var early = TimeSpan.FromSeconds((double)number / PerSecond) - TimeProvider.System.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, TimeProvider.System);
            }

            sent.Add(scene.SubmitAsync());
        }

        await Task.WhenAll(sent);
    }

    private static async Task<(long Heap, long WorkingSet)> MemoryAsync(Scene scene)
    {
        var all = await Task.WhenAll(scene.Workers.Select(worker => worker.CountsAsync(collect: true)));
        return (all.Sum(counts => counts.Heap), all.Sum(counts => counts.WorkingSet));
    }

    private static SimulatorOptions Provider() => new()
    {
        ApiKeys = Enumerable.Range(0, Scene.Accounts).ToDictionary(number => $"key-{number}", number => $"account-{number}"),
        MaxRunning = 1_000_000,
        MaxQueued = 0,
        CreatesPerMinute = 0,
        MinTaskDuration = TimeSpan.FromHours(10),
        MaxTaskDuration = TimeSpan.FromHours(10),
    };
}
