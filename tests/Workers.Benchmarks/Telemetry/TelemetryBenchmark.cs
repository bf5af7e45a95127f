using System.Diagnostics.CodeAnalysis;
using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Processes;

namespace Workers.Benchmarks.Telemetry;

/// <summary>
/// What it costs to see what happens: fleets that differ in nothing else take turns, on one machine, one broker and one store, so that what the machine does meanwhile is everybody's.
/// </summary>
internal static class TelemetryBenchmark
{
    private const string Silent = "silent";
    private const string Usual = "usual";
    private const string Away = "away";
    private const string Traced = "traced";

    private static readonly TimeSpan TaskLasts = TimeSpan.FromSeconds(1);

    private static readonly (string Key, string Value)[] Polling = [("Polling:FirstInterval", "00:00:01"), ("Polling:LongestInterval", "00:00:01")];

    /// <param name="store">The store's address.</param>
    /// <param name="numbers"><c>pairs</c>: turns of each fleet; <c>seconds</c>: the length of one; <c>inflight</c>: jobs under way in it.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "Who takes turns disposes of its scene.")]
    public static async Task RunAsync(string store, Dictionary<string, int> numbers)
    {
        var (pairs, seconds, inFlight) = (numbers.GetValueOrDefault("pairs", 10), numbers.GetValueOrDefault("seconds", 15), numbers.GetValueOrDefault("inflight", 250));
        var folder = Directory.CreateTempSubdirectory("workers-telemetry-").FullName;
        var (simulator, address) = await SimulatorProcess.StartAsync(1, Scene.Accounts, TaskLasts);
        using (simulator)
        await using (var sink = await Sink.StartAsync())
        {
            List<Turns> all = [];
            try
            {
                foreach (var (name, settings) in Variants(sink.Address, folder))
                {
                    all.Add(new Turns(name, await Scene.StartAsync(store, address, 1, [.. Polling, .. settings])));
                }

                foreach (var turns in all)
                {
                    await turns.TakeAsync(inFlight, seconds: 0, warming: 6 * inFlight);
                }

                for (var pair = 0; pair < pairs; pair++)
                {
                    // Who comes first changes, so that being first is nobody's advantage.
                    foreach (var turns in all.Skip(pair % all.Count).Concat(all.Take(pair % all.Count)))
                    {
                        await turns.TakeAsync(inFlight, seconds, warming: inFlight / 2);
                        Console.WriteLine($"turn {pair + 1} {turns}");
                    }
                }

                Tell(all.ToDictionary(turns => turns.Name));
                Console.WriteLine($"The log server and the collector took {sink.Bytes >> 20} MiB; {Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length) >> 20} MiB wait on disk for the one that is away.");
            }
            finally
            {
                foreach (var turns in all)
                {
                    await turns.DisposeAsync();
                }

                simulator.Kill();
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Tell(Dictionary<string, Turns> all)
    {
        Console.WriteLine($"{Usual} (console and Seq at the program's own levels, metrics) beside {Silent}: {Ratio.Of(all[Usual].Rates, all[Silent].Rates)}");
        Console.WriteLine($"{Away} (a log server that is not there, with the buffer on disk) beside {Usual}: {Ratio.Of(all[Away].Rates, all[Usual].Rates)}");
        Console.WriteLine($"{Traced} (usual, and every span by OTLP) beside {Silent}: {Ratio.Of(all[Traced].Rates, all[Silent].Rates)}");
        Console.WriteLine($"heap of {Away} after its turns, MiB: {string.Join(' ', all[Away].Heaps.Select(bytes => bytes >> 20))}; resident: {string.Join(' ', all[Away].Resident.Select(bytes => bytes >> 20))}");
        Console.WriteLine($"heap of {Usual} after its turns, MiB: {string.Join(' ', all[Usual].Heaps.Select(bytes => bytes >> 20))}; resident: {string.Join(' ', all[Usual].Resident.Select(bytes => bytes >> 20))}");
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
