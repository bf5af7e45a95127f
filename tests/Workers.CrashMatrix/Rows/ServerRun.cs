using System.Globalization;
using System.Text.Json;
using Workers.CrashMatrix.Fleet;
using Workers.Providers;

namespace Workers.CrashMatrix.Rows;

/// <summary>Servers are killed while jobs go through them, again and again, and are started again.</summary>
/// <param name="Row">The row of the table.</param>
/// <param name="Servers">Which, all at the same time.</param>
/// <param name="Times">How often.</param>
/// <param name="Away">How long they stay away at least, by the wall clock.</param>
/// <param name="Settings">What the processes are told besides.</param>
/// <param name="Scale">How fast fleet and provider live, where that is part of it.</param>
internal sealed record ServerRun(string Row, IReadOnlyList<Server> Servers, int Times, TimeSpan Away, IReadOnlyDictionary<string, string?> Settings, double? Scale = null)
{
    private const int Jobs = 20;
    private const double Quarter = 60;

    /// <summary>A batch of jobs comes within so long, and is done in about twice that.</summary>
    private static readonly TimeSpan Coming = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string?> None = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ServerRun> All { get; } =
    [
        new("store-crashed", [Server.Store], 10, TimeSpan.Zero, None),
        new("broker-crashed", [Server.Broker], 10, TimeSpan.Zero, None),
        new("both-crashed", [Server.Store, Server.Broker], 5, TimeSpan.Zero, None),

        // Longer than a message is held: it goes back to its queue, and that must not count.
        new("store-away-15-min", [Server.Store], 1, TimeSpan.FromMinutes(15) / Quarter, new Dictionary<string, string?> { ["MongoDb:LongestWait"] = "00:00:05" }, Quarter),
    ];

    /// <exception cref="NUnit.Framework.IgnoreException">Nobody said how to crash and start the servers.</exception>
    public async Task<Findings> RunAsync(Lane lane, Action<string> progress)
    {
        var chance = new Chance(Row.Length);
        var all = new Findings(Row);

        // The processes are up, and every path has been gone once.
        await JobCheck.EndAsync(lane, await lane.SubmitAsync("warm-up", Jobs, CancellationToken.None));
        for (var time = 1; time <= Times; time++)
        {
            var run = string.Create(CultureInfo.InvariantCulture, $"{Row}-{time}");
            var coming = CameAsync(lane, run, chance.Next());
            await Task.Delay(Coming * 2 * chance.Next(), TimeProvider.System, CancellationToken.None);
            var crashed = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Servers.Select(server => server.CrashAsync()));
            await Task.Delay(Away + (Coming * chance.Next()), TimeProvider.System, CancellationToken.None);
            await Task.WhenAll(Servers.Select(server => server.StartAsync()));
            var jobs = await coming;
            await JobCheck.EndAsync(lane, jobs);
            var recovery = TimeProvider.System.GetElapsedTime(crashed);
            var findings = await JobCheck.JudgeAsync(lane, Row, run, jobs) with { Kills = Servers.Count, Recovery = recovery };
            all = all.Plus(findings);
            progress(string.Create(CultureInfo.InvariantCulture, $"{Row} {time}/{Times}: {jobs.Length} jobs, {findings.Lost} lost, {findings.Doubled} doubled, recovered in {recovery.TotalSeconds:F1} s"));
        }

        return all with { Adopted = lane.Adoptions, Problems = [.. all.Problems, .. await RedeliveriesAsync(lane)] };
    }

    /// <summary>Jobs come while the servers go and come: the broker is asked again until it has them.</summary>
    private static async Task<Guid[]> CameAsync(Lane lane, string run, double when)
    {
        var early = await lane.SubmitAsync($"{run}-early", Jobs / 2, CancellationToken.None);
        await Task.Delay(Coming * when, TimeProvider.System, CancellationToken.None);
        return [.. early, .. await lane.SubmitAsync($"{run}-late", Jobs / 2, CancellationToken.None)];
    }

    /// <summary>A server that is away is nobody's fault: no message may have gone to the ladder for it. Others can tell a broker's crash from a fault no better than by trying.</summary>
    private async Task<IReadOnlyList<string>> RedeliveriesAsync(Lane lane)
    {
        if (Servers is not [var only] || only != Server.Store)
        {
            return [];
        }

        using var all = JsonDocument.Parse(await lane.Broker.Management.GetStringAsync(new Uri($"api/queues/{lane.Broker.Name}?columns=name,message_stats.publish", UriKind.Relative)));
        return
        [
            .. from queue in all.RootElement.EnumerateArray()
               let name = queue.GetProperty("name").GetString()
               where name.StartsWith("workers-delay-", StringComparison.Ordinal)
               where queue.TryGetProperty("message_stats", out var stats) && stats.TryGetProperty("publish", out var count) && count.GetInt64() > 0
               select $"{Row}: messages were delivered again by way of {name}",
        ];
    }
}
