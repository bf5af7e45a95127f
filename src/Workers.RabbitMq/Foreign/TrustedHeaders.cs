using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;
using Workers.RabbitMq.DeadLetters;

namespace Workers.RabbitMq.Foreign;

/// <summary>
/// Shows a consumer only those headers that somebody of the fleet has written. A producer's are left out. And a redriven message starts anew: a redrive leaves the body as it came, and MassTransit
/// repeats a message's headers inside of it, which would say that its redeliveries are used up. So where a redrive has written on the outside, the outside counts.
/// </summary>
internal sealed class TrustedHeaders : IFilter<ConsumeContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("trusted-headers");

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (Claims.MayBeOfProducers(context.ReceiveContext.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) ? delivery.Exchange : null))
        {
            return next.Send(new Shown(context, context.Headers.GetAll().Where(header => !IsClaim(header.Key))));
        }

        var outside = context.ReceiveContext.TransportHeaders;
        return next.Send(outside.TryGetHeader(DeadLetterHeaders.Redriven, out _)
            ? new Shown(context, context.Headers.GetAll().Where(header => !IsWrittenByRedrive(header.Key)).Concat(outside.GetAll().Where(header => IsWrittenByRedrive(header.Key)).Select(AsNumber)))
            : context);
    }

    private static bool IsClaim(string header) => Claims.IsOfFleet(header) || Claims.IsOfBroker(header);

    private static bool IsWrittenByRedrive(string header) =>
        header == MessageHeaders.RedeliveryCount || header.StartsWith(DeadLetterHeaders.Prefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whoever redrives by another client may write the number in the smallest type that holds it.</summary>
    private static KeyValuePair<string, object> AsNumber(KeyValuePair<string, object> header) =>
        Claims.IsCount(header.Key) && HeaderNumber.Read(header.Value) is { } number ? KeyValuePair.Create(header.Key, (object)(int)Math.Clamp(number, 0, int.MaxValue)) : header;

    private sealed class Shown(ConsumeContext context, IEnumerable<KeyValuePair<string, object>> headers) : ConsumeContextProxy(context)
    {
        public override Headers Headers { get; } =
            new DictionarySendHeaders(headers.ToDictionary(header => header.Key, object? (header) => header.Value, StringComparer.OrdinalIgnoreCase));
    }
}
