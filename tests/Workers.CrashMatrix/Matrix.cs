using System.Collections.Concurrent;
using System.Globalization;
using NUnit.Framework;
using Workers.CrashMatrix.Fleet;
using Workers.CrashMatrix.Reporting;
using Workers.CrashMatrix.Rows;
using Workers.FailpointHost;

namespace Workers.CrashMatrix;

/// <summary>All runs that were asked for: those of the processes in some lanes at once, then those that crash a server, one after the other.</summary>
internal sealed class Matrix
{
    private readonly MatrixSettings _settings;
    private readonly Report _report;
    private readonly PlaceRun[] _places;
    private readonly ServerRun[] _servers;

    public Matrix(MatrixSettings settings, TextWriter output)
    {
        _settings = settings;
        _places =
        [
            .. from place in Place.All
               where IsAsked(place.Name)
               from run in Seeds(place, Deed.Kill, settings.Seeds).Concat(Seeds(place, Deed.Stop, settings.Stops))
               select run,
        ];
        _servers = [.. ServerRun.All.Where(run => IsAsked(run.Row) && !settings.ProcessesOnly)];
        _report = new Report([.. _places.Select(run => run.Row).Concat(_servers.Select(run => run.Row)).Distinct()], _places.Length + _servers.Length, output);
    }

    /// <returns>Whether nothing was lost or doubled, and nothing else is wrong.</returns>
    public async Task<bool> RunAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var queue = new ConcurrentQueue<PlaceRun>(_places);
        await Task.WhenAll(Enumerable.Range(1, Math.Min(_settings.Lanes, _places.Length)).Select(number => RunPlacesAsync(number, queue)));
        foreach (var run in _servers)
        {
            await RunServersAsync(run);
        }

        return _report.Close(TimeProvider.System.GetElapsedTime(started));
    }

    private bool IsAsked(string row) => _settings.Only.Count == 0 || _settings.Only.Contains(row);

    private static IEnumerable<PlaceRun> Seeds(Place place, Deed deed, int count) => Enumerable.Range(1, count).Select(seed => new PlaceRun(place, deed, seed));

    private async Task RunPlacesAsync(int number, ConcurrentQueue<PlaceRun> queue)
    {
        await using var lane = await Lane.StartAsync(number, _settings.Store, new FleetPace(_settings.Scale));
        var all = new Findings("");
        while (queue.TryDequeue(out var run))
        {
            var findings = await run.RunAsync(lane);
            all = all.Plus(findings);
            _report.Add(findings, string.Create(CultureInfo.InvariantCulture, $"lane {lane.Number}: {findings.Row}, seed {run.Seed}"));
        }

        await CloseAsync(lane, all);
    }

    private async Task RunServersAsync(ServerRun run)
    {
        await using var lane = await Lane.StartAsync(1, _settings.Store, new FleetPace(run.Scale ?? _settings.Scale), run.Settings);
        try
        {
            var findings = await run.RunAsync(lane, _report.Say);
            _report.Add(findings, run.Row);
            await CloseAsync(lane, findings);
        }
        catch (IgnoreException missing)
        {
            _report.Say($"{run.Row} is left out: {missing.Message}");
        }
    }

    private async Task CloseAsync(Lane lane, Findings all)
    {
        await lane.StopAsync();
        var afterwards = await LaneCheck.JudgeAsync(lane, all.Doubled);
        if (!afterwards.IsClean)
        {
            _report.Add(afterwards, string.Create(CultureInfo.InvariantCulture, $"lane {lane.Number}, when all was over"));
        }

        if (all.IsClean && afterwards.IsClean && !_settings.KeepLogs)
        {
            lane.Clear();
        }
        else
        {
            _report.Say(string.Create(CultureInfo.InvariantCulture, $"What the processes of lane {lane.Number} wrote is in {lane.Logs}."));
        }
    }
}
