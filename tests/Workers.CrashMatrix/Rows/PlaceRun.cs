using System.Globalization;
using System.Text.Json;
using Workers.CrashMatrix.Fleet;
using Workers.FailpointHost;
using Workers.Providers;

namespace Workers.CrashMatrix.Rows;

/// <summary>One seed of one place: jobs are submitted, one process dies or stands still there, and all jobs should end.</summary>
internal sealed record PlaceRun(Place Place, Deed Deed, int Seed)
{
    public const int Jobs = 20;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <summary>What is left of a process that went on after it stood still is done by then.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(0.5);

    /// <summary>A seed may pick a hit that does not come; the first surely does.</summary>
    private const int Tries = 3;

    public string Row => Deed == Deed.Kill ? Place.Name : $"{Place.Name}, stopped";

    public async Task<Findings> RunAsync(Lane lane)
    {
        var chance = new Chance((Seed * 1009) + Place.Name.Sum(letter => letter) + (int)Deed);
        Findings? all = null;
        for (var attempt = 1; attempt <= Tries; attempt++)
        {
            var hit = attempt == 1 ? 1 + (int)(chance.Next() * Place.MostHits) : 1;
            var name = string.Create(CultureInfo.InvariantCulture, $"{Place.Name}-{Deed}-{Seed}.{attempt}-lane-{lane.Number}");
            var one = await RunAsync(lane, new Order(name, Place.Failpoint, hit, Deed, Place.LongestDelay * chance.Next()));
            all = all?.Plus(one) ?? one;
            if (one.Kills > 0 || one.Lost > 0)
            {
                return all;
            }
        }

        return all! with { Problems = [.. all!.Problems, $"{Row}, seed {Seed}: no process came there"] };
    }

    private async Task<Findings> RunAsync(Lane lane, Order order)
    {
        var adopted = lane.Adoptions;
        using var over = new CancellationTokenSource();
        order.Give(lane.Orders);
        var deed = SeeAsync(lane, order, over.Token);
        var jobs = await lane.SubmitAsync(order.Id, Jobs, CancellationToken.None);
        await JobCheck.EndAsync(lane, jobs);
        var ended = TimeProvider.System.GetTimestamp();

        Order.Withdraw(lane.Orders);
        if (order.TakenBy(lane.Orders) is null)
        {
            await over.CancelAsync();
        }

        var died = await deed;
        var findings = await JobCheck.JudgeAsync(lane, Row, order.Id, jobs);
        return findings with
        {
            Kills = died is null ? 0 : 1,
            Adopted = lane.Adoptions - adopted,
            Recovery = died is { } at && ended > at ? TimeProvider.System.GetElapsedTime(at, ended) : TimeSpan.Zero,
        };
    }

    /// <returns>When it happened; null where it did not.</returns>
    private async Task<long?> SeeAsync(Lane lane, Order order, CancellationToken over)
    {
        try
        {
            int? process;
            while ((process = order.TakenBy(lane.Orders)) is null)
            {
                await Task.Delay(Look, TimeProvider.System, over);
            }

            var at = TimeProvider.System.GetTimestamp();
            if (Deed == Deed.Stop)
            {
                await HoldAsync(lane, process.Value);
            }

            return at;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>The process stands still for longer than it may hold anything; every second one loses its connections meanwhile, as those lose theirs that miss their heartbeats.</summary>
    private async Task HoldAsync(Lane lane, int process)
    {
        while (!IsStopped(process))
        {
            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }

        // The others need some time beyond the lease until they have found out, and have had another task made.
        var rest = FleetPace.LongestLease * (1.5 + (0.5 * (Seed % 5)));
        if (Seed % 2 == 0)
        {
            await Task.Delay(rest / 3, TimeProvider.System, CancellationToken.None);
            await CutAsync(lane, process);
            await Task.Delay(rest / 3 * 2, TimeProvider.System, CancellationToken.None);
        }
        else
        {
            await Task.Delay(rest, TimeProvider.System, CancellationToken.None);
        }

        Signals.Continue(process);
        await Task.Delay(Aftermath, TimeProvider.System, CancellationToken.None);
    }

    private static bool IsStopped(int process)
    {
        var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        return stat[stat.LastIndexOf(')')..].StartsWith(") T", StringComparison.Ordinal);
    }

    private static async Task CutAsync(Lane lane, int process)
    {
        var connections = await lane.Broker.Management.GetStringAsync(new Uri($"api/vhosts/{lane.Broker.Name}/connections", UriKind.Relative));
        using var all = JsonDocument.Parse(connections);
        foreach (var connection in all.RootElement.EnumerateArray())
        {
            var properties = connection.GetProperty("client_properties");
            if (properties.TryGetProperty("process_id", out var id) && id.ToString() == process.ToString(CultureInfo.InvariantCulture))
            {
                using var answer = await lane.Broker.Management.DeleteAsync(new Uri($"api/connections/{Uri.EscapeDataString(connection.GetProperty("name").GetString()!)}", UriKind.Relative));
            }
        }
    }
}
