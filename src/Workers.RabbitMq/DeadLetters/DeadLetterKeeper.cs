using System.Runtime.Serialization;
using System.Text.Json;
using MassTransit;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.Jobs;
using Workers.RabbitMq.Bodies;
using Workers.RabbitMq.Foreign;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Keeps what failed for the last time, or is of no known type, in the queue beside its own, with the reason on it. Instead of MassTransit's move, which would declare that queue with the
/// limit and the dead-letter exchange of its source, and writes exceptions' messages and stacks on it.
/// </summary>
/// <param name="queue">Whose messages.</param>
/// <param name="timeout">How long the broker may take to confirm that it has a letter.</param>
/// <param name="time">Tells when.</param>
/// <param name="missing">Told when a letter led nowhere. The message is acknowledged only once a queue has it.</param>
internal sealed class DeadLetterKeeper(string queue, TimeSpan timeout, TimeProvider time, Action? missing = null) : IFilter<ExceptionReceiveContext>, IFilter<ReceiveContext>
{
    private const int LongestDetail = 4096;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

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
        var properties = new BasicProperties(delivery.Properties) { Persistent = true, Headers = Claims.LeftOut(delivery) };
        properties.ClearExpiration();
        properties.ClearUserId(); // the broker takes no message in another user's name
        Write(properties.Headers, context, reason, exception);
        HeaderFrame.Fit(properties, channel.ConnectionContext.Connection.FrameMax);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            // The copy first: a message that comes again is recorded once, and kept twice.
            await PublishAsync(FleetTopology.DeadLetters, FleetTopology.CopyKey(keep));
            await PublishAsync("", keep);
        }
        catch (OperationCanceledException) when (!context.CancellationToken.IsCancellationRequested)
        {
            throw new BrokerAwayException($"The broker did not take a dead letter within {timeout}.");
        }

        async Task PublishAsync(string exchange, string routingKey)
        {
            while (!await TryPublishAsync(channel, exchange, routingKey, properties, context.GetBody(), patience.Token))
            {
                await Task.Delay(Pause, TimeProvider.System, patience.Token);
            }
        }
    }

    /// <returns>Whether a queue has it. One that was deleted is declared again.</returns>
    private async Task<bool> TryPublishAsync(ChannelContext channel, string exchange, string routingKey, BasicProperties properties, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            // Waited for here as well, as for every send: the endpoint would not be connected again before it returns.
            await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, properties, body, awaitAck: true, cancellationToken).WaitAsync(cancellationToken);
            return true;
        }
        catch (MessageReturnedException)
        {
            missing?.Invoke();
            return false;
        }
        catch (RabbitMQClientException)
        {
            missing?.Invoke(); // perhaps the exchange was deleted, and the channel closed for it
            throw;
        }
    }

    private void Write(IDictionary<string, object?> headers, ReceiveContext context, string reason, Exception? exception)
    {
        var now = DeadLetterHeaders.Format(time.GetUtcNow());
        var redeliveries = HeaderNumber.Read(headers.TryGetValue(MessageHeaders.RedeliveryCount, out var count) ? count : null) ?? 0;
        headers[DeadLetterHeaders.Reason] = reason;
        headers[DeadLetterHeaders.Bucket] = DeadLetterReason.BucketOf(reason, exception).ToString();
        headers[DeadLetterHeaders.Exception] = exception?.GetType().FullName;
        headers[DeadLetterHeaders.Detail] = DetailOf(exception) is { Length: > LongestDetail } detail ? $"{detail[..LongestDetail]}..." : DetailOf(exception);
        headers[DeadLetterHeaders.Count] = 1 + Math.Clamp(redeliveries, 0, int.MaxValue);
        headers.TryAdd(DeadLetterHeaders.FirstAt, now);
        headers[DeadLetterHeaders.LastAt] = now;
        headers[DeadLetterHeaders.Queue] = queue;
        headers[DeadLetterHeaders.CorrelationId] = CorrelationOf(context);
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
