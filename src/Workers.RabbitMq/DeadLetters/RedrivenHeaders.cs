using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Lets a redriven message start anew. A redrive leaves the body as it came, and MassTransit repeats a message's headers inside of it: those would say that its redeliveries are used up. So
/// where a redrive has written on the outside, the outside counts.
/// </summary>
internal sealed class RedrivenHeaders : IFilter<ConsumeContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("redriven-headers");

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next) =>
        next.Send(context.ReceiveContext.TransportHeaders.TryGetHeader(DeadLetterHeaders.Redriven, out _) ? new Redriven(context) : context);

    private static bool IsWrittenByRedrive(string header) =>
        header == MessageHeaders.RedeliveryCount || header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.OrdinalIgnoreCase);

    private sealed class Redriven(ConsumeContext context) : ConsumeContextProxy(context)
    {
        public override Headers Headers { get; } = new DictionarySendHeaders(
            context.Headers.GetAll().Where(header => !IsWrittenByRedrive(header.Key))
                .Concat(context.ReceiveContext.TransportHeaders.GetAll().Where(header => IsWrittenByRedrive(header.Key)))
                .ToDictionary(header => header.Key, object? (header) => header.Value, StringComparer.OrdinalIgnoreCase));
    }
}
