using MassTransit;
using MassTransit.Context;
using MassTransit.Scheduling;
using Workers.Providers;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Foreign;

namespace Workers.RabbitMq.Delays;

/// <summary>Delays messages by the ladder, behind MassTransit's own interface: <c>UseScheduledRedelivery</c> works as on any transport.</summary>
/// <remarks>What has been put on a rung can't be called back: it is delivered once more, and whoever scheduled it must tell that it no longer counts.</remarks>
internal sealed class LadderScheduler(ConsumeContext context, DelayLadder ladder, Chance chance, TimeProvider time) : IScheduleMessageProvider
{
    public async Task<ScheduledMessage<T>> ScheduleSend<T>(Uri destinationAddress, DateTime scheduledTime, T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
        where T : class
    {
        // MassTransit reckons the time by the machine's clock.
        var rung = ladder.Pick(scheduledTime.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime, chance.Next());
        var endpoint = await context.GetSendEndpoint(new Uri($"exchange:{rung.Queue}"));
        var first = context.Headers.Get<string>(DeadLetterHeaders.FirstAt) ?? DeadLetterHeaders.Format(time.GetUtcNow());
        var token = NewId.NextGuid();
        await endpoint.Send(
            message,
            Pipe.ExecuteAsync<SendContext<T>>(async send =>
            {
                await pipe.Send(send);
                send.SetRoutingKey(QueueOf(destinationAddress));
                send.GetPayload<RabbitMqSendContext>().Mandatory = true;
                LeaveOutForeign(send.Headers);
                send.Headers.Set(DeadLetterHeaders.FirstAt, first);
                send.ScheduledMessageId ??= token;
            }),
            cancellationToken);
        return new Scheduled<T>(token, scheduledTime, destinationAddress, message);
    }

    public Task CancelScheduledSend(Guid tokenId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task CancelScheduledSend(Uri destinationAddress, Guid tokenId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The queue of an address like <c>rabbitmq://host/vhost/workers-start-job?…</c>.</summary>
    internal static string QueueOf(Uri address) => Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);

    /// <summary>
    /// A producer's headers come inside of the body, which has no limit, and MassTransit would write them on the outside too, where the broker acts on some and takes only so many. Nobody reads them.
    /// </summary>
    private static void LeaveOutForeign(SendHeaders headers)
    {
        foreach (var header in headers.GetAll().Where(header => !Claims.IsOfFleet(header.Key)).ToList())
        {
            headers.Set(header.Key, (object?)null);
        }
    }

    private sealed record Scheduled<T>(Guid TokenId, DateTime ScheduledTime, Uri Destination, T Payload) : ScheduledMessage<T>
        where T : class;
}

/// <summary>Gives each message that is consumed the ladder's scheduler.</summary>
internal sealed class LadderSchedulerFilter(DelayLadder ladder, Chance chance, TimeProvider time) : IFilter<ConsumeContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("delay-ladder");

    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.GetOrAddPayload<MessageSchedulerContext>(() => new ConsumeMessageSchedulerContext(
            context, consume => new MessageScheduler(new LadderScheduler(consume, ladder, chance, time), consume.GetPayload<IBusTopology>())));
        return next.Send(context);
    }
}
