using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Processes;

namespace Workers.Benchmarks.Telemetry;

/// <summary>One of the fleets that run side by side, and what its jobs took in each stretch of time.</summary>
internal sealed class Side(string name, Scene scene) : IAsyncDisposable
{
    private readonly List<double> _own = [];
    private readonly List<double> _times = [];
    private readonly List<Counts> _counts = [];

    public string Name => name;

    public WorkerProcess Worker => scene.Workers[0];

    public int Ended => scene.Client.Succeeded;

    /// <summary>Milliseconds of processor time a job, by stretch: the worker's own, and of all others (servers, provider, upstream) what a job of any fleet took on average.</summary>
    public IReadOnlyList<double> Times => _times;

    /// <summary>The worker's own part of <see cref="Times"/>.</summary>
    public IReadOnlyList<double> OwnTimes => _own;

    /// <summary>Bytes in use after each stretch, garbage collected.</summary>
    public IEnumerable<long> Heaps => _counts.Select(counts => counts.Heap);

    /// <summary>Bytes resident after each stretch.</summary>
    public IEnumerable<long> Resident => _counts.Select(counts => counts.WorkingSet);

    public Task SubmitAsync() => scene.SubmitAsync();

    /// <summary>Notes what a stretch took.</summary>
    /// <param name="own">Milliseconds of the worker a job of this fleet.</param>
    /// <param name="others">Milliseconds of everybody else a job of any fleet.</param>
    public async Task NoteAsync(double own, double others)
    {
        _own.Add(own);
        _times.Add(own + others);
        _counts.Add(await Worker.CountsAsync(collect: true));
    }

    public ValueTask DisposeAsync() => scene.DisposeAsync();
}
