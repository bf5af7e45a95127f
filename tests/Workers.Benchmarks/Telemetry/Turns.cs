using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Processes;

namespace Workers.Benchmarks.Telemetry;

/// <summary>One of the fleets that take turns, and what came of each turn.</summary>
internal sealed class Turns(string name, Scene scene) : IAsyncDisposable
{
    private readonly List<double> _rates = [];
    private readonly List<Counts> _counts = [];

    public string Name => name;

    /// <summary>Jobs a second, by turn.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <summary>Bytes in use after each turn, garbage collected.</summary>
    public IEnumerable<long> Heaps => _counts.Select(counts => counts.Heap);

    /// <summary>Bytes resident after each turn.</summary>
    public IEnumerable<long> Resident => _counts.Select(counts => counts.WorkingSet);

    /// <summary>Keeps so many jobs under way for a while, counts the ends, and lets the rest end before the next takes its turn.</summary>
    /// <param name="inFlight">Jobs under way.</param>
    /// <param name="seconds">How long ends are counted; 0: nothing is.</param>
    /// <param name="warming">Jobs that end before.</param>
    public async Task TakeAsync(int inFlight, int seconds, int warming)
    {
        var before = scene.Client.Succeeded;
        var submitted = inFlight;
        scene.Client.OnEnd = () =>
        {
            Interlocked.Increment(ref submitted);
            return scene.SubmitAsync();
        };
        await Parallel.ForAsync(0, inFlight, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (_, _) => await scene.SubmitAsync());
        await Scene.UntilAsync(() => scene.Client.Succeeded - before >= warming, 300, $"The first jobs of {name} did not end.");
        if (seconds > 0)
        {
            var (began, ended) = (TimeProvider.System.GetTimestamp(), scene.Client.Succeeded);
            await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
            _rates.Add((scene.Client.Succeeded - ended) / TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }

        scene.Client.OnEnd = null;
        await Scene.UntilAsync(() => scene.Client.Succeeded - before >= Volatile.Read(ref submitted), 300, $"The last jobs of {name} did not end.");
        if (seconds > 0)
        {
            _counts.Add(await scene.Workers[0].CountsAsync(collect: true));
        }
    }

    public override string ToString() => $"{name}: {_rates[^1]:F1} jobs/s";

    public ValueTask DisposeAsync() => scene.DisposeAsync();
}
