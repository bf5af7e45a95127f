using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Costs;

namespace Workers.Jobs.Lifecycle;

/// <summary>Tells the outside that a job is blocked or has ended: the same message id and content for the same step, however often.</summary>
internal static class Announcements
{
    /// <summary>Publishes the event of the job's present state, made of the job's record alone, and notes the reply.</summary>
    public static Task AnnounceAsync(this IPublishEndpoint bus, Job job, PendingReplies? replies, CancellationToken cancellationToken) => job.State switch
    {
        nameof(JobLifecycle.Blocked) => PublishAsync(bus, job, Blocked(job), replies, cancellationToken),
        nameof(JobLifecycle.Succeeded) => PublishAsync(bus, job, Succeeded(job), replies, cancellationToken),
        nameof(JobLifecycle.Failed) => PublishAsync(bus, job, Failed(job), replies, cancellationToken),
        nameof(JobLifecycle.Cancelled) => PublishAsync(bus, job, Cancelled(job), replies, cancellationToken),
        _ => Task.CompletedTask, // It went on meanwhile: there is nothing left to tell.
    };

    private static Task PublishAsync<T>(IPublishEndpoint bus, Job job, T message, PendingReplies? replies, CancellationToken cancellationToken)
        where T : class
    {
        var messageId = JobIdentity.MessageId(job.Generation, job.Step, typeof(T).Name);
        replies?.Add(job.Answers(), message, messageId);
        return bus.Publish(message, publish => publish.MessageId = messageId, cancellationToken);
    }

    private static JobBlocked Blocked(Job job) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        CorrelationId = job.Correlation,
        Bucket = job.Trouble!.Bucket,
        Reason = job.Trouble.Reason,
        Fix = job.Trouble.Fix,
        Faults = job.Trouble.Faults,
        Cost = JobCosts.Told(job),
        At = job.ChangedAt,
    };

    private static JobSucceeded Succeeded(Job job) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        CorrelationId = job.Correlation,
        Outputs = job.Outputs,
        Cost = JobCosts.Told(job),
        At = job.ChangedAt,
    };

    private static JobFailed Failed(Job job) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        CorrelationId = job.Correlation,
        Bucket = job.Trouble!.Bucket,
        Reason = job.Trouble.Reason,
        Fix = job.Trouble.Fix,
        Cost = JobCosts.Told(job),
        At = job.ChangedAt,
    };

    private static JobCancelled Cancelled(Job job) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        CorrelationId = job.Correlation,
        Cost = JobCosts.Told(job),
        At = job.ChangedAt,
    };
}

/// <summary>The event that the saga published for one message, if any.</summary>
internal sealed class Announced
{
    public Job? Job { get; set; }
}

/// <summary>Sits around the outbox: once the broker has confirmed what the saga published, the job's mark goes.</summary>
internal sealed class AnnouncementFilter<T>(IJobs jobs) : IFilter<ConsumeContext<T>>
    where T : class
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("announcement");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        var announced = context.AddOrUpdatePayload(() => new Announced(), _ => new Announced());
        await next.Send(context);
        if (announced.Job is { Unannounced: { } step } job)
        {
            await jobs.MarkAnnouncedAsync(job.CorrelationId, step, context.CancellationToken);
        }
    }
}
