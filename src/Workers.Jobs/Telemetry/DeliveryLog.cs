using MassTransit;
using Microsoft.Extensions.Logging;

namespace Workers.Jobs.Telemetry;

/// <summary>Sits inside the redelivery: tells of each delivery that failed, as the last one is told of by the dead letter.</summary>
internal sealed partial class DeliveryLog<T>(ILogger<DeliveryLog<T>> logger) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("delivery-log");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception fault) when (fault is not AwayException && !context.CancellationToken.IsCancellationRequested)
        {
            LogFailed(typeof(T).Name, context.GetRedeliveryCount() + 1, RedeliveryOptions.Redeliveries + 1, fault.GetBaseException().GetType().Name);
            throw;
        }
    }

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "{Message} failed at delivery {Delivery} of {Deliveries}: {Exception}")]
    private partial void LogFailed(string message, int delivery, int deliveries, string exception);
}
