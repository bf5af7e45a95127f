using System.Diagnostics.CodeAnalysis;
using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Processes;

namespace Workers.Benchmarks.Telemetry;

/// <summary>
/// What it costs to see what happens: fleets that differ in nothing else run side by side and in step, each job of one beside a job of every other, and share one busy machine, one broker and
/// one store. So what the machine does meanwhile is everybody's, and what a process takes when it is idle is shared by as many jobs: processors whose speed doubles and halves within a minute tell
/// nothing of fleets that take turns.
/// </summary>
internal static class TelemetryBenchmark
{
    private const string Silent = "silent";
    private const string Usual = "usual";
    private const string Away = "away";
    private const string Traced = "traced";

    private static readonly TimeSpan TaskLasts = TimeSpan.FromSeconds(1);

    /// <summary>Compiled once and for all: for its first minutes a process would compile again whatever it uses often, which takes more than what is measured.</summary>
    private static readonly (string Key, string Value) Compiled = ("DOTNET_TieredCompilation", "0");

    private static readonly (string Key, string Value)[] Polling = [("Polling:FirstInterval", "00:00:01"), ("Polling:LongestInterval", "00:00:01")];

    /// <param name="store">The store's address.</param>
    /// <param name="pairs">Stretches of time that are compared.</param>
    /// <param name="length">The length of one.</param>
    /// <param name="inFlight">Jobs under way in each fleet.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "Each side disposes of its scene.")]
    public static async Task RunAsync(string store, int pairs, TimeSpan length, int inFlight)
    {
        var folder = Directory.CreateTempSubdirectory("workers-telemetry-").FullName;
        var (simulator, address) = await SimulatorProcess.StartAsync(1, Scene.Accounts, TaskLasts);
        using (simulator)
        using (var enough = new CancellationTokenSource())
        await using (var sink = await Sink.StartAsync())
        {
            List<Side> sides = [];
            try
            {
                foreach (var (name, settings) in Variants(sink.Address, folder))
                {
                    sides.Add(new Side(name, await Scene.StartAsync(store, address, 1, [Compiled, .. Polling, .. settings])));
                }

                var feeding = FeedAsync(sides, inFlight, enough.Token);
                await Scene.UntilAsync(() => feeding.IsCompleted || sides.TrueForAll(side => side.Ended >= 20 * inFlight), 900, "The first jobs did not end."); // warm by then
                if (feeding.IsCompleted)
                {
                    await feeding; // it has failed: there is nothing to measure
                }

                var own = sides.ToDictionary(side => side.Worker.Id, side => side.Name);
                own[simulator.Id] = "simulator";
                own[Environment.ProcessId] = "upstream";
                for (var pair = 1; pair <= pairs; pair++)
                {
                    await MeasureAsync(pair, sides, own, length);
                }

                await enough.CancelAsync();
                await feeding;
                Tell(sides.ToDictionary(side => side.Name));
                Console.WriteLine($"The log server and the collector took {sink.Bytes >> 20} MiB; {Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length) >> 20} MiB wait on disk for the one that is away.");
            }
            finally
            {
                foreach (var side in sides)
                {
                    await side.DisposeAsync();
                }

                simulator.Kill();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Submits a job to each as soon as the slowest has so few under way, until it is enough.</summary>
    private static async Task FeedAsync(List<Side> sides, int inFlight, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var job = number;
            await Scene.UntilAsync(() => enough.IsCancellationRequested || sides.TrueForAll(side => side.Ended > job - inFlight), 120, "The jobs under way did not end.");
            await Task.WhenAll(sides.Select(side => side.SubmitAsync()));
        }
    }

    private static async Task MeasureAsync(int pair, List<Side> sides, Dictionary<int, string> own, TimeSpan time)
    {
        var (ended, began) = (sides.ConvertAll(side => side.Ended), ProcessorTimes.Now(own));
        await Task.Delay(time, TimeProvider.System);
        var (jobs, used) = (sides.Select((side, i) => side.Ended - ended[i]).ToList(), ProcessorTimes.Between(began, ProcessorTimes.Now(own)).ToDictionary(one => one.Name, one => one.Milliseconds));
        var others = used.Where(one => !sides.Exists(side => side.Name == one.Key)).Sum(one => one.Value) / jobs.Sum();
        foreach (var (side, ends) in sides.Zip(jobs))
        {
            await side.NoteAsync(used[side.Name] / ends, others);
        }

        Console.WriteLine($"{pair}: {jobs.Sum() / time.TotalSeconds:F1} jobs/s; ms of CPU a job: {others:F2} of servers, provider and upstream, and {string.Join(", ", sides.Select(side => $"{side.OwnTimes[^1]:F2} {side.Name}"))}");
    }

    private static void Tell(Dictionary<string, Side> all)
    {
        Console.WriteLine("Jobs/s of a machine that does nothing else, by the CPU that a job takes of it:");
        Console.WriteLine($"{Usual} (console and Seq at the program's own levels, metrics) beside {Silent}: {Ratio.Of(all[Silent].Times, all[Usual].Times)}");
        Console.WriteLine($"{Away} (a log server that is not there, with the buffer on disk) beside {Usual}: {Ratio.Of(all[Usual].Times, all[Away].Times)}");
        Console.WriteLine($"{Traced} (usual, and every span by OTLP) beside {Silent}: {Ratio.Of(all[Silent].Times, all[Traced].Times)}");
        foreach (var side in new[] { all[Usual], all[Away] })
        {
            Console.WriteLine($"heap of {side.Name} after each, MiB: {string.Join(' ', side.Heaps.Select(bytes => bytes >> 20))}; resident: {string.Join(' ', side.Resident.Select(bytes => bytes >> 20))}");
        }
    }

    private static (string Name, (string, string)[] Settings)[] Variants(string sink, string folder)
    {
        (string, string)[] log = [("Serilog:MinimumLevel:Default", "Information"), ("Log:Console", "json")];
        return
        [
            (Silent, [("Serilog:MinimumLevel:Default", "Fatal"), ("Log:Console", "none"), ("OTEL_SDK_DISABLED", "true")]),
            (Usual, [.. log, ("Log:Seq", sink)]),
            (Away, [.. log, ("Log:Seq", "http://127.0.0.1:1"), ("Log:SeqBuffer", folder)]),
            (Traced, [.. log, ("Log:Seq", sink), ("OTEL_EXPORTER_OTLP_ENDPOINT", sink), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")]),
        ];
    }
}
