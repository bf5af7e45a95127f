using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using Workers.Jobs;
using Workers.RabbitMq.Bodies;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Keeps what failed for the last time, or is of no known type, in the queue beside its own, with the reason on it. Instead of MassTransit's move, which would declare that queue with the
/// limit and the dead-letter exchange of its source, and writes exceptions' messages and stacks on it.
/// </summary>
internal sealed class DeadLetterKeeper(string queue, TimeSpan timeout, TimeProvider time) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter-keeper");

    public async Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next)
    {
        // Nobody's fault: the message goes back to its queue, and is delivered when the server that is away is back.
        if (context.Exception is AwayException)
        {
            throw context.Exception;
        }

        var (reason, exception) = IsUnreadable(context) ? (DeadLetterReason.Unreadable, Innermost(context.Exception))
            : (context.Exception is TookTooLongException ? DeadLetterReason.TimedOut : DeadLetterReason.Failed, context.Exception.GetBaseException());
        await KeepAsync(context, $"{queue}_error", reason, exception);
        if (!context.IsFaulted)
        {
            await context.NotifyFaulted(context.Exception); // or it would be kept as one of unknown type too
        }

        await next.Send(context);
    }

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        await KeepAsync(context, $"{queue}_skipped", DeadLetterReason.UnknownType, exception: null);
        await next.Send(context);
    }

    private async Task KeepAsync(ReceiveContext context, string keep, string reason, Exception? exception)
    {
        var channel = context.GetPayload<ChannelContext>();
        var delivery = context.GetPayload<RabbitMqBasicConsumeContext>();
        var properties = new BasicProperties(delivery.Properties) { Persistent = true };
        properties.ClearExpiration();
        properties.ClearUserId(); // the broker takes no message in another user's name
        var headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>());
        var now = DeadLetterHeaders.Format(time.GetUtcNow());
        headers[DeadLetterHeaders.Reason] = reason;
        headers[DeadLetterHeaders.Bucket] = DeadLetterReason.BucketOf(reason, exception).ToString();
        headers[DeadLetterHeaders.Exception] = exception?.GetType().FullName;
        headers[DeadLetterHeaders.Detail] = DetailOf(exception);
        headers[DeadLetterHeaders.Count] = 1 + (context.TransportHeaders.Get<int>(MessageHeaders.RedeliveryCount) ?? 0);
        headers.TryAdd(DeadLetterHeaders.FirstAt, now);
        headers[DeadLetterHeaders.LastAt] = now;
        headers[DeadLetterHeaders.Queue] = queue;
        headers[DeadLetterHeaders.CorrelationId] = CorrelationOf(context);
        properties.Headers = headers;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(timeout);

        // Waited for here as well, as for every send: the endpoint would not be connected again before it returns.
        await channel.BasicPublishAsync(FleetTopology.DeadLetters, keep, mandatory: true, properties, context.GetBody(), awaitAck: true, patience.Token).WaitAsync(patience.Token);
    }

    /// <summary>MassTransit could not make the message of its body: no consumer has seen it.</summary>
    internal static bool IsUnreadable(ExceptionReceiveContext context) =>
        context.Exception is SerializationException || (!context.IsFaulted && context.Exception is JsonException or FormatException or NotSupportedException or ArgumentException or InvalidOperationException);

    private static Exception Innermost(Exception fault)
    {
        while (fault.InnerException is { } inner)
        {
            fault = inner;
        }

        return fault;
    }

    /// <summary>Words that surely repeat no content: our own, or where in the JSON a parser stopped.</summary>
    private static string? DetailOf(Exception? fault) => fault switch
    {
        JsonException json => FormattableString.Invariant($"The JSON can't be read at line {json.LineNumber}, byte {json.BytePositionInLine}."),
        { } own when own.GetType().Namespace?.StartsWith("Workers.", StringComparison.Ordinal) == true => own.Message,
        _ => null,
    };

    private static string? CorrelationOf(ReceiveContext context) =>
        context.TryGetPayload(out ConsumeContext? message) && !message.TryGetMessage<OpaqueBody>(out _) && message.TryGetMessage(out ConsumeContext<Jobs.Lifecycle.IJobCommand>? command)
            ? command.Message.CorrelationId.ToString()
            : (context.TryGetPayload(out ConsumeContext? any) ? any.CorrelationId : null)?.ToString();
}
