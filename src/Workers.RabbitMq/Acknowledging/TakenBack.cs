using MassTransit;
using Workers.Jobs;

namespace Workers.RabbitMq.Acknowledging;

/// <summary>
/// Limits how often the broker may take a message back unhandled. RabbitMQ 4.3 counts that apart from deliveries and without a limit; a server that was away for days is such a case too. So past the limit a
/// message is handled like any other, but if it then runs into its time limit, that is its last delivery.
/// </summary>
/// <param name="limit">How often.</param>
internal sealed class TakenBack(long limit) : IFilter<ReceiveContext>
{
    private const string AcquiredCount = "x-acquired-count";

    public void Probe(ProbeContext context) => context.CreateFilterScope("taken-back");

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        // On a first delivery the header is its sender's, who may claim anything.
        if (context.Redelivered && context.TransportHeaders.Get<long>(AcquiredCount) is { } times && times >= limit)
        {
            context.GetOrAddPayload(() => new TakenTooOften(times));
        }

        return next.Send(context);
    }
}
