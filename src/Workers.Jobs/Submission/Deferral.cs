using MassTransit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Submission;

internal static class Deferral
{
    /// <summary>Puts a job back to wait. The saga adds a backoff of its own where that is longer.</summary>
    public static Task DeferAsync(this ConsumeContext<StartJob> context, Job job, DateTimeOffset until, JobTrouble trouble, bool recorded)
    {
        FleetMetrics.Deferred(job.Account, trouble.Bucket);
        return context.Publish(
            new SubmissionDeferred
            {
                JobId = job.CorrelationId,
                TenantId = job.TenantId,
                CorrelationId = job.Correlation,
                Step = job.Step,
                Until = until,
                Trouble = trouble,
                Recorded = recorded,
            },
            publish => publish.MessageId = JobIdentity.MessageId(job.Generation, job.Step, nameof(SubmissionDeferred)));
    }
}
