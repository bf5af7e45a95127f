using MassTransit;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Failures;

/// <summary>The trail that a redrive leaves on a message: <c>workers dead-letters redrive</c> puts it there, and nobody else.</summary>
public static class Redrives
{
    /// <summary>How often this message was redriven.</summary>
    public const string Header = "workers-redriven";

    /// <summary>How often the command was redriven that this one was issued in the stead of: such a one is a message of its own, and the limit is on the work.</summary>
    public const string Before = "workers-redriven-before";
}

/// <summary>
/// Lets a redriven command revive its job. The job was blocked when the command was dead-lettered, so the command is stale when it comes back: only the saga can tell whether the job still
/// waits for just this.
/// </summary>
internal sealed class RedriveFilter<T>(IJobs jobs) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("redrive");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (context.Message is IJobCommand command
            && context.Headers.Get<int>(Redrives.Header) is { } times && times > 0
            && await jobs.FindAsync(command.JobId, context.CancellationToken) is { } job
            && job.Step != command.Step)
        {
            await context.Publish(new CommandRedriven(
                command.JobId, command.TenantId, command.CorrelationId, command.Step, typeof(T).Name, times, Once: context.GetRedeliveryCount() >= RedeliveryOptions.Redeliveries));
            await context.AnsweredAsync(nameof(RedriveFilter<T>));
            return;
        }

        await next.Send(context);
    }
}
