using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.Benchmarks.Processes;

/// <summary>Tells the counts of this process on its output, a line of JSON for each line on its input.</summary>
internal sealed class CountsTold(StoreOperations operations, MessageCounts messages) : BackgroundService
{
    /// <summary>What the line begins with.</summary>
    public const string Prefix = "counts ";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (await Console.In.ReadLineAsync(stoppingToken) is { } asked)
        {
            var counts = new Counts(
                operations.Now().ToDictionary(kind => $"{kind.Key.Collection} {kind.Key.Command}", kind => kind.Value),
                messages.Now().ToDictionary(),
                GC.GetTotalMemory(forceFullCollection: asked == "memory"),
                Environment.WorkingSet);
            Console.WriteLine(Prefix + JsonSerializer.Serialize(counts));
        }
    }
}

/// <summary>What a process has counted since it began.</summary>
/// <param name="Operations">At the store, by collection and command.</param>
/// <param name="Published">By type.</param>
/// <param name="Heap">Bytes in use.</param>
/// <param name="WorkingSet">Bytes resident.</param>
internal sealed record Counts(Dictionary<string, int> Operations, Dictionary<string, int> Published, long Heap, long WorkingSet);
