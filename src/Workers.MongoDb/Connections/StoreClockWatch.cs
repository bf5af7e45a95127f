using Microsoft.Extensions.Hosting;
using Workers.Jobs;

namespace Workers.MongoDb.Connections;

/// <summary>
/// Compares the clocks at the start, so that the indexes are made whatever else the process has to do, and again every minute: one of them may be set right meanwhile.
/// </summary>
internal sealed class StoreClockWatch(Store store, StoreClock clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        do
        {
            try
            {
                await store.RunAsync(
                    async token =>
                    {
                        await clock.MeasureAsync(store.Database, token);
                        return true;
                    },
                    stoppingToken);
            }
            catch (StoreAwayException)
            {
                // Whoever needs the store more says so.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
