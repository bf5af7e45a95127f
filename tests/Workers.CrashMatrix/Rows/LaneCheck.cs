using System.Globalization;
using System.Text.Json;
using Workers.CrashMatrix.Fleet;

namespace Workers.CrashMatrix.Rows;

/// <summary>What shows only when all is over: tasks that were made late, and letters that died.</summary>
internal static class LaneCheck
{
    private const string Crashed = "workers-crashed";

    private static readonly string[] Dead = ["_error", "_skipped", Crashed];

    /// <param name="lane">Whose processes have ended.</param>
    /// <param name="seen">How many doubles its runs have shown.</param>
    public static async Task<Findings> JudgeAsync(Lane lane, int seen)
    {
        var late = lane.Provider.Ledger.JobsWithMoreThanOneLiveOrBilledTask().Count() - seen;
        List<string> problems = late > 0 ? [string.Create(CultureInfo.InvariantCulture, $"lane {lane.Number}: {late} jobs had a second task after their run was over")] : [];
        using var all = JsonDocument.Parse(await lane.Broker.Management.GetStringAsync(new Uri($"api/queues/{lane.Broker.Name}?columns=name", UriKind.Relative)));
        foreach (var queue in all.RootElement.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!).Where(name => Dead.Any(name.EndsWith)))
        {
            if (await lane.Broker.CountAsync(queue) is > 0 and var letters)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"lane {lane.Number}: {letters} letters in {queue}"));
            }
        }

        return new Findings("afterwards") { Doubled = Math.Max(0, late), Problems = problems };
    }
}
