using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Failpoints;

namespace Workers.Jobs.Lifecycle;

/// <summary>How a transport brings a message to a queue that somebody else declared, and that may be gone.</summary>
public interface IReplyRoute
{
    /// <summary>Where to send for this queue.</summary>
    Uri AddressOf(string queue);

    /// <summary>What the message needs for the rest of the way.</summary>
    void Prepare(SendContext message, ReplyTo to);
}

/// <summary>Queues of the in-memory transport.</summary>
internal sealed class InMemoryReplyRoute : IReplyRoute
{
    public Uri AddressOf(string queue) => ReplyAddress.AddressOf(queue);

    public void Prepare(SendContext message, ReplyTo to)
    {
        // The address says it all.
    }
}

/// <summary>The events of one message that somebody asked for at a queue of their own.</summary>
internal sealed class PendingReplies
{
    private readonly List<(ReplyTo To, object Event, Guid MessageId)> _pending = [];

    public IReadOnlyList<(ReplyTo To, object Event, Guid MessageId)> All => _pending;

    /// <summary>Notes one, if somebody asked for it.</summary>
    public void Add(ReplyTo? to, object @event, Guid messageId)
    {
        if (to is not null)
        {
            _pending.Add((to, @event, messageId));
        }
    }
}

/// <summary>
/// Sends replies: a courtesy, beside the event itself. One that can't be sent is logged and forgotten, because the queue is its client's, and neither the job nor the message in hand may
/// depend on it.
/// </summary>
/// <remarks>The bus is asked for late: the filters are made while it is being configured.</remarks>
internal sealed partial class Replies(IServiceProvider services, ILogger<Replies> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task SendAsync(PendingReplies replies, CancellationToken cancellationToken)
    {
        foreach (var (to, @event, messageId) in replies.All)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Patience);
                var route = services.GetRequiredService<IReplyRoute>();
                var endpoint = await services.GetRequiredService<IBus>().GetSendEndpoint(route.AddressOf(to.Queue));
                var sending = endpoint.Send(
                    @event,
                    @event.GetType(),
                    Pipe.Execute<SendContext>(send =>
                    {
                        send.MessageId = messageId;
                        route.Prepare(send, to);
                    }),
                    patience.Token);

                // Waited for here as well: a send on a connection that broke may never look at its token again.
                await sending.WaitAsync(patience.Token);
            }
#pragma warning disable CA1031 // Whatever went wrong, the event itself was published.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotSent(@event.GetType().Name, messageId, fault.GetBaseException().GetType().Name);
            }
        }
    }

    [LoggerMessage(EventId = 1030, Level = LogLevel.Warning, Message = "The reply {Event} {MessageId} could not be sent ({Fault}) and is not tried again; the event itself was published")]
    private partial void LogNotSent(string @event, Guid messageId, string fault);
}

/// <summary>Sits around the outbox: what was told to all is told to who asked, once the state is stored and the event confirmed.</summary>
internal sealed class ReplyFilter<T>(Replies replies, IFailpoints failpoints) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("reply");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var pending = context.AddOrUpdatePayload(() => new PendingReplies(), _ => new PendingReplies());
        await next.Send(context);
        await replies.SendAsync(pending, context.CancellationToken);
        await failpoints.ReachAsync(typeof(T) == typeof(SubmitJob) ? Failpoint.Accepted : Failpoint.Published, context.CancellationToken);
    }
}
