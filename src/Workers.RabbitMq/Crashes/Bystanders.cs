using MassTransit;
using Workers.Providers;

namespace Workers.RabbitMq.Crashes;

/// <summary>
/// Spreads out what was in hand when processes died, again and again. One such message kills them; the others only stood by, and would reach the delivery limit with it, since the broker hands
/// all of them over together each time. At each start about half of them are handled before it strikes.
/// </summary>
internal sealed class Bystanders(Chance chance) : IFilter<ReceiveContext>
{
    private const string DeliveryCount = "x-delivery-count";

    /// <summary>Once is what befalls everybody when a process is killed.</summary>
    private const long Suspicious = 2;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    public void Probe(ProbeContext context) => context.CreateFilterScope("bystanders");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        if (context.TransportHeaders.Get<long>(DeliveryCount) >= Suspicious)
        {
            await Task.Delay(LongestWait * chance.Next(), TimeProvider.System, context.CancellationToken);
        }

        await next.Send(context);
    }
}
