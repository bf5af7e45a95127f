using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Failures;

/// <summary>Sits around the redelivery: what comes through has used it up and goes to the error queue, so the job must hear of it.</summary>
internal sealed partial class DeadLetterFilter<T>(TimeProvider time, ILogger<DeadLetterFilter<T>> logger) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("dead-letter");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception fault) when (fault is not AwayException && context.Message is IJobCommand && !context.CancellationToken.IsCancellationRequested)
        {
            var command = (IJobCommand)context.Message;
            LogDeadLettered(fault, typeof(T).Name, command.JobId, time.Now());
            await context.Publish(new CommandDeadLettered(
                command.JobId, command.TenantId, command.CorrelationId, command.Step, typeof(T).Name, fault.GetBaseException().GetType().Name));
            throw;
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Error, Message = "{Command} of job {JobId} failed for the last time at {At} and goes to its error queue; the job is blocked")]
    private partial void LogDeadLettered(Exception fault, string command, Guid jobId, DateTimeOffset at);
}
