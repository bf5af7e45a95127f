using MassTransit;
using MassTransit.Middleware.Timeout;
using Microsoft.Extensions.Logging;

namespace Workers.Jobs;

/// <summary>How long one message may be worked on, by the machine's clock: a broker that waits for the acknowledgement goes by no other.</summary>
/// <param name="Longest">Past this the work is called off.</param>
public sealed record TimeLimit(TimeSpan Longest)
{
    /// <summary>Work that heeds no calling-off is left behind after so much more. Default 10 seconds.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long a message is surely out of hand.</summary>
    public TimeSpan Total => Longest + Grace;
}

/// <summary>Says of a message that its transport has taken it back too often, unhandled: past the time limit it is not delivered again.</summary>
public sealed record TakenTooOften(long Times);

/// <summary>
/// Sits inside the redelivery: work that takes longer than its queue allows is called off and counts as a delivery that failed. A broker's own time-out would only hand it over again, uncounted and for ever.
/// </summary>
/// <remarks>A server that is away stays nobody's fault. What is left behind may still come to its end beside the redelivery: every consumer is safe to run twice.</remarks>
internal sealed partial class TimeLimitFilter<T>(TimeLimit limit, ILogger<TimeLimitFilter<T>> logger) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("time-limit");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        using var leftBehind = new CancellationTokenSource();
        calledOff.CancelAfter(limit.Longest);
        leftBehind.CancelAfter(limit.Total);
        try
        {
            await next.Send(new TimeoutConsumeContext<T>(context, calledOff.Token)).WaitAsync(leftBehind.Token);
        }
        catch (Exception fault) when (calledOff.IsCancellationRequested && !context.CancellationToken.IsCancellationRequested && fault is not AwayException)
        {
            LogCalledOff(typeof(T).Name, limit.Longest, leftBehind.IsCancellationRequested, fault.GetBaseException().GetType().Name);
            throw context.TryGetPayload<TakenTooOften>(out var taken) ? new GivenUpException(limit.Longest, taken.Times) : new TookTooLongException(limit.Longest);
        }
    }

    [LoggerMessage(EventId = 5003, Level = LogLevel.Warning, Message = "The work on {Message} took longer than {Longest} and was called off; left behind: {IsLeftBehind} ({Fault})")]
    private partial void LogCalledOff(string message, TimeSpan longest, bool isLeftBehind, string fault);
}

/// <summary>A message was worked on for longer than its queue allows.</summary>
public class TookTooLongException : TimeoutException
{
    public TookTooLongException(TimeSpan longest)
        : this($"The work took longer than {longest} and was called off.")
    {
    }

    private protected TookTooLongException(string message)
        : base(message)
    {
    }
}

/// <summary>The same, of a message that its transport took back again and again before: it is not delivered again.</summary>
public sealed class GivenUpException(TimeSpan longest, long times)
    : TookTooLongException($"The work took longer than {longest} and was called off; the broker had taken the message back {times} times before.");
