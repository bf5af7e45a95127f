using MassTransit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Polling;

/// <summary>Makes sure that a running job's attempt is looked at, or that its end is told again.</summary>
internal sealed class WatchTaskConsumer(IJobs jobs, IAttempts attempts, TimeProvider time) : IConsumer<WatchTask>
{
    public async Task Consume(ConsumeContext<WatchTask> context)
    {
        if (await jobs.FindCurrentAsync(context.Message, nameof(JobLifecycle.Running), context.CancellationToken) is { } job)
        {
            await attempts.RearmAsync(AttemptId.Of(job), time.Now(), context.CancellationToken);
        }
    }
}
