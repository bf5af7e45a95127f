namespace Workers.Benchmarks.Lives;

/// <summary>Jobs through their whole life in a fleet of real processes, on RabbitMQ, MongoDB and a provider over real HTTP: how many, how soon, and what each costs.</summary>
internal static class LifeBenchmark
{
    /// <param name="store">The store's address.</param>
    /// <param name="numbers">
    /// <c>inflight</c>: jobs under way in the measurement of the rate; <c>seconds</c>: its length; <c>workers</c>: processes; <c>jobs</c>: in the measurements of time and memory.
    /// </param>
    public static async Task RunAsync(string store, Dictionary<string, int> numbers)
    {
        var workers = numbers.GetValueOrDefault("workers", 1);
        if (numbers.GetValueOrDefault("seconds", 30) is > 0 and var seconds)
        {
            await RateRun.RunAsync(store, workers, numbers.GetValueOrDefault("inflight", 2_500), seconds);
        }

        if (numbers.GetValueOrDefault("jobs", 10_000) is > 0 and var jobs)
        {
            await StartRun.RunAsync(store, workers, jobs);
        }
    }
}
