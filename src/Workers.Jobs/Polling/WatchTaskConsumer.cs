using MassTransit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Polling;

/// <summary>Makes sure that a running job's attempt is looked at, or that its end is told again.</summary>
internal sealed class WatchTaskConsumer(IJobs jobs, IAttempts attempts, TimeProvider time) : IConsumer<WatchTask>
{
    public async Task Consume(ConsumeContext<WatchTask> context)
    {
        var job = await jobs.FindAsync(context.Message.JobId, context.CancellationToken);
        if (job is not null && job.Step == context.Message.Step && job.State == nameof(JobLifecycle.Running))
        {
            await attempts.RearmAsync(new AttemptId(job.CorrelationId, job.Generation, job.Attempt), time.GetUtcNow(), context.CancellationToken);
        }
    }
}
