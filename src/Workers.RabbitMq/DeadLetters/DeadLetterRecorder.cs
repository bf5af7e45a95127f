using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Workers.Jobs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Telemetry;
using Workers.RabbitMq.Foreign;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.DeadLetters;

/// <summary>
/// Puts a copy of each dead letter on record, and tells the job of a command that the broker gave up: nobody else can. Takes the message as the broker hands it over, before MassTransit reads
/// anything of it: what lies among the dead letters may be anything.
/// </summary>
/// <remarks>
/// It throws nothing but when the process stops, or to give the message back to its queue, so nothing of its own ever comes to the dead letters. A store that is away is waited for with the message in
/// hand, for as long as a consumer may work on one.
/// </remarks>
internal sealed partial class DeadLetterRecorder(IFailures failures, TopologyWatch watch, TimeProvider time, ILogger<DeadLetterRecorder> logger) : IFilter<ReceiveContext>
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>Commands to consumers that do not keep the job themselves: <see cref="DeadLetterFilter{T}"/> tells of their other ends.</summary>
    private static readonly Dictionary<string, string> Commands = FleetEndpoints.All
        .Where(endpoint => endpoint.Role != Roles.Lifecycle)
        .SelectMany(endpoint => endpoint.Messages)
        .Where(message => message.IsAssignableTo(typeof(IJobCommand)))
        .ToDictionary(FleetTopology.ExchangeOf, message => message.Name, StringComparer.Ordinal);

    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter-recorder");

    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        var delivery = context.GetPayload<RabbitMqBasicConsumeContext>();
        var routingKey = delivery.RoutingKey ?? "";
        var letter = DeadLetter.Read(FleetTopology.KeptIn(delivery.Exchange, routingKey), routingKey, delivery.Properties, context.GetBody(), delivery.Exchange);
        var since = TimeProvider.System.GetTimestamp();
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await KeepAsync(context, delivery, letter);
                await failures.RecordAsync(Of(letter), context.CancellationToken);
                await TellAsync(context, letter);
                FleetMetrics.DeadLettered(letter.KeptIn, letter.Reason);
                LogRecorded(letter.Id, letter.KeptIn, letter.Reason, letter.Bucket, letter.Exception);
                return;
            }
#pragma warning disable CA1031 // The store or the broker is away: nobody's fault, least of all the message's.
            catch (Exception fault) when (!context.CancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogWaiting(fault, letter.Id, wait);
                if (TimeProvider.System.GetElapsedTime(since) > EndpointLimits.UsualLongestWork - LongestWait)
                {
                    throw new StoreAwayException("A dead letter could not be recorded; it goes back to its queue, and is recorded later.");
                }

                await Task.Delay(wait, TimeProvider.System, context.CancellationToken);
            }
        }
    }

    /// <summary>
    /// What the broker itself gave up, or could not route, it counts as kept once one queue has it, be it this one: where the queue that should keep it was deleted, what lies here is all that is left.
    /// </summary>
    private async Task KeepAsync(ReceiveContext context, RabbitMqBasicConsumeContext delivery, DeadLetter letter)
    {
        if (letter.KeptIn is not (FleetTopology.Crashed or FleetTopology.Unroutable) || await watch.HasAsync(letter.KeptIn, context.CancellationToken))
        {
            return;
        }

        watch.Ask();
        var channel = context.GetPayload<ChannelContext>();
        var properties = new BasicProperties(delivery.Properties)
        {
            Persistent = true,
            Headers = (delivery.Properties.Headers ?? new Dictionary<string, object?>()).Where(header => !Claims.IsRoute(header.Key)).ToDictionary(),
        };
        properties.ClearUserId();
        HeaderFrame.Fit(properties, channel.ConnectionContext.Connection.FrameMax);
        await channel.BasicPublishAsync("", letter.KeptIn, mandatory: true, properties, context.GetBody(), awaitAck: true, context.CancellationToken);
    }

    private async Task TellAsync(ReceiveContext context, DeadLetter letter)
    {
        if (letter is not { KeptIn: FleetTopology.Crashed, Type: { } type, JobId: { } jobId, TenantId: { } tenant, Step: { } step } || !Commands.TryGetValue(type, out var command))
        {
            return;
        }

        var endpoint = await context.PublishEndpointProvider.GetPublishSendEndpoint<CommandDeadLettered>();
        var correlation = Guid.TryParse(letter.CorrelationId, out var id) ? id : jobId;
        await endpoint.Send(new CommandDeadLettered(jobId, tenant, correlation, step, command, BrokerLosses.CodeOf(letter.Reason)), context.CancellationToken);
        LogGivenUp(command, jobId, step, letter.Reason);
    }

    private Failure Of(DeadLetter letter) => new()
    {
        Id = RecordId(letter),
        JobId = letter.JobId,
        TenantId = letter.TenantId,
        CorrelationId = Guid.TryParse(letter.CorrelationId, out var correlation) ? correlation : null,
        Provider = null,
        Account = null,
        Attempt = 0,
        Step = letter.Queue ?? letter.KeptIn,
        Bucket = letter.Bucket,
        Code = letter.Exception ?? letter.Reason,
        Reason = $"{letter.ShortType ?? "A message"} is a dead letter ({letter.Reason}) and lies in {letter.KeptIn}.{(letter.Detail is { } detail ? $" {detail}" : "")}{(letter.Cut is { } cut ? $" Of its sender's headers {cut} had no room and were left out." : "")}",
        At = time.GetUtcNow(),
    };

    /// <summary>One for each message, and one more each time that it comes back after it was redriven.</summary>
    internal static string RecordId(DeadLetter letter) => Failure.DeadLetterId(letter.Id, letter.Redriven);

    [LoggerMessage(EventId = 6101, Level = LogLevel.Warning, Message = "Dead letter {Id} in {KeptIn} ({Reason}) is recorded as {Bucket}; exception {ExceptionType}")]
    private partial void LogRecorded(string id, string keptIn, string reason, Contracts.FailureBucket bucket, string? exceptionType);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Error, Message = "{Command} of job {JobId}, step {Step}, was given up by the broker ({Reason}); the job is blocked")]
    private partial void LogGivenUp(string command, Guid jobId, int step, string reason);

    [LoggerMessage(EventId = 6103, Level = LogLevel.Warning, Message = "Dead letter {Id} could not be recorded; tried again in {Wait}")]
    private partial void LogWaiting(Exception fault, string id, TimeSpan wait);
}
