using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Lifecycle;

/// <summary>Wakes the jobs whose time has come, issues again what may have been lost, and announces what was not confirmed.</summary>
internal sealed partial class JobSweep(
    IJobs jobs,
    IBus bus,
    Replies replies,
    IOptions<SweepOptions> options,
    TimeProvider time,
    ILogger<JobSweep> logger) : RecurringRole(options.Value.Interval, time)
{
    private readonly SweepOptions _options = options.Value;

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var job in await jobs.TakeDueAsync(now, _options.LongestCheck, _options.Limit, cancellationToken))
        {
            using var about = JobFacts.Begin(logger, job, "job due");
            await bus.Publish(
                new JobDue(job.CorrelationId, job.TenantId, job.Correlation, job.Step),
                publish => publish.MessageId = JobIdentity.MessageId(job.Generation, job.Step, $"{nameof(JobDue)} {job.NextCheckAt:O}"),
                cancellationToken);
        }

        foreach (var job in await jobs.UnannouncedAsync(now - _options.AnnounceAfter, _options.Limit, cancellationToken))
        {
            await AnnounceAsync(job, cancellationToken);
        }
    }

    private async Task AnnounceAsync(Job job, CancellationToken cancellationToken)
    {
        using var about = JobFacts.Begin(logger, job, "announce");
        LogAnnouncedLate(job.CorrelationId, job.State);
        var pending = new PendingReplies();
        await bus.AnnounceAsync(job, pending, cancellationToken);
        await jobs.MarkAnnouncedAsync(job.CorrelationId, job.Unannounced!.Value, cancellationToken);
        await replies.SendAsync(pending, cancellationToken);
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "The sweep failed and looks again in a moment")]
    protected override partial void LogFailed(Exception fault);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "Job {JobId} became {State} without its event being confirmed; it is announced again")]
    private partial void LogAnnouncedLate(Guid jobId, string state);
}
