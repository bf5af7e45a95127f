using Workers.Benchmarks.Processes;

namespace Workers.Benchmarks.Lives;

/// <summary>Keeps so many jobs under way, each submitted when another ends, and counts over a stretch of time.</summary>
internal static class RateRun
{
    /// <summary>A life with about three rounds.</summary>
    private static readonly TimeSpan TaskLasts = TimeSpan.FromSeconds(4);

    private static readonly (string Key, string Value)[] Polling = [("Polling:FirstInterval", "00:00:02"), ("Polling:LongestInterval", "00:00:02")];

    public static async Task RunAsync(string store, int workers, int inFlight, int seconds)
    {
        var (simulator, address) = await SimulatorProcess.StartAsync(1, Scene.Accounts, TaskLasts);
        using (simulator)
        {
            try
            {
                await using var scene = await Scene.StartAsync(store, address, workers, Polling);
                scene.Client.OnEnd = scene.SubmitAsync;
                await Parallel.ForAsync(0, inFlight, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, _) => await scene.SubmitAsync());
                await Scene.UntilAsync(() => scene.Client.Succeeded >= 2 * inFlight, 600, "The first jobs did not end."); // compiled and recompiled by then

                var own = scene.Workers.ToDictionary(worker => worker.Id, _ => "workers");
                own[simulator.Id] = "simulator";
                own[Environment.ProcessId] = "upstream";
                var (began, ended, times, counts) = (TimeProvider.System.GetTimestamp(), scene.Client.Succeeded, ProcessorTimes.Now(own), await CountsAsync(scene));
                await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
                var (jobs, elapsed) = (scene.Client.Succeeded - ended, TimeProvider.System.GetElapsedTime(began));
                var (timesAfter, countsAfter) = (ProcessorTimes.Now(own), await CountsAsync(scene));
                scene.Client.OnEnd = null;
                Tell(inFlight, workers, jobs, elapsed, times, timesAfter, counts, countsAfter);
            }
            finally
            {
                simulator.Kill();
            }
        }
    }

    private static void Tell(
        int inFlight, int workers, int jobs, TimeSpan elapsed, Dictionary<int, (string, double)> times, Dictionary<int, (string, double)> timesAfter, Dictionary<string, int> counts, Dictionary<string, int> countsAfter)
    {
        Console.WriteLine($"{jobs} jobs ended in {elapsed.TotalSeconds:F1} s with {inFlight} under way in {workers} worker process(es): {jobs / elapsed.TotalSeconds:N0} jobs/s");
        Console.WriteLine("CPU a job, in ms: " + string.Join(", ", ProcessorTimes.Between(times, timesAfter).Select(one => $"{one.Name} {one.Milliseconds / jobs:F2}")));
        foreach (var kind in new[] { "operation", "publish" })
        {
            var ofKind = countsAfter.Where(one => one.Key.StartsWith(kind, StringComparison.Ordinal)).Select(one => (one.Key, PerJob: (double)(one.Value - counts.GetValueOrDefault(one.Key)) / jobs)).ToList();
            Console.WriteLine($"{(kind == "publish" ? "publishes" : "operations")} a job: {ofKind.Sum(one => one.PerJob):F2}");
            foreach (var (name, perJob) in ofKind.OrderByDescending(one => one.PerJob))
            {
                Console.WriteLine($"  {name[(kind.Length + 1)..],-28} {perJob,7:F3}");
            }
        }
    }

    private static async Task<Dictionary<string, int>> CountsAsync(Scene scene)
    {
        var all = await Task.WhenAll(scene.Workers.Select(worker => worker.CountsAsync()));
        return all.SelectMany(counts => counts.Operations.Select(one => ($"operation {one.Key}", one.Value)).Concat(counts.Published.Select(one => ($"publish {one.Key}", one.Value))))
            .GroupBy(one => one.Item1)
            .ToDictionary(kind => kind.Key, kind => kind.Sum(one => one.Value));
    }
}
