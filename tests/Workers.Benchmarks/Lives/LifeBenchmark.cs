namespace Workers.Benchmarks.Lives;

/// <summary>Jobs through their whole life in a fleet of real processes, on RabbitMQ, MongoDB and a provider over real HTTP: how many, how soon, and what each costs.</summary>
internal static class LifeBenchmark
{
    /// <param name="store">The store's address.</param>
    /// <param name="workers">Processes.</param>
    /// <param name="inFlight">Jobs under way in the measurement of the rate.</param>
    /// <param name="seconds">Its length, or 0 for none.</param>
    /// <param name="jobs">In the measurements of time and memory, or 0 for none.</param>
    public static async Task RunAsync(string store, int workers, int inFlight, int seconds, int jobs)
    {
        if (seconds > 0)
        {
            await RateRun.RunAsync(store, workers, inFlight, seconds);
        }

        if (jobs > 0)
        {
            await StartRun.RunAsync(store, workers, jobs);
        }
    }
}
