using System.Collections.Concurrent;
using Workers.Jobs.Failpoints;

namespace Workers.FailpointHost;

/// <summary>Carries out the order in the folder.</summary>
internal sealed class OrderedFailpoints(string folder) : IFailpoints
{
    private readonly ConcurrentDictionary<string, int> _hits = new(StringComparer.Ordinal);

    public Task ReachAsync(string failpoint, CancellationToken cancellationToken)
    {
        if (Order.Read(folder) is { } order && order.Failpoint == failpoint && _hits.AddOrUpdate(order.Id, 1, (_, hits) => hits + 1) >= order.Hit && order.Take(folder))
        {
            if (order.After == TimeSpan.Zero)
            {
                CarryOut(order.Deed);
            }
            else
            {
                _ = CarryOutLaterAsync(order);
            }
        }

        return Task.CompletedTask;
    }

    private static async Task CarryOutLaterAsync(Order order)
    {
        await Task.Delay(order.After, TimeProvider.System, CancellationToken.None);
        CarryOut(order.Deed);
    }

    private static void CarryOut(Deed deed)
    {
        if (deed == Deed.Kill)
        {
            Signals.Kill(Environment.ProcessId);
        }
        else
        {
            Signals.Stop(Environment.ProcessId);
        }
    }
}
