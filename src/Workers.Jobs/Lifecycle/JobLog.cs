using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Costs;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Lifecycle;

/// <summary>Tells the log and the metrics what became of a job, once that is stored.</summary>
internal sealed partial class JobLog(ILogger<JobLog> logger)
{
    public void Accepted(Job job)
    {
        JobFacts.Know(job);
        FleetMetrics.Entered(job);
        LogAccepted(job.CorrelationId, job.State, job.Tags.Count);
    }

    /// <param name="job">As it is stored.</param>
    /// <param name="before">The state that it left.</param>
    /// <param name="since">When that state began.</param>
    public void Changed(Job job, string before, DateTimeOffset since)
    {
        JobFacts.Know(job);
        FleetMetrics.Entered(job);
        FleetMetrics.Left(before, job.ChangedAt - since);
        switch (JobSteps.PhaseOf(job.State))
        {
            case Phase.Terminal:
                FleetMetrics.Ended(job);
                var cost = JobCosts.Of(job);
                LogEnded(job.State == nameof(JobLifecycle.Failed) ? LogLevel.Warning : LogLevel.Information, job.CorrelationId, job.State, job.ChangedAt - job.SubmittedAt, cost.Unknown is null ? cost.Actual : null, cost.Currency, job.Trouble?.Code);
                break;

            case Phase.Blocked:
                LogBlocked(job.CorrelationId, before, job.Trouble?.Code);
                break;

            default:
                LogChanged(job.CorrelationId, before, job.State, job.Trouble?.Code);
                break;
        }
    }

    [LoggerMessage(EventId = 1040, Level = LogLevel.Information, Message = "Job {JobId} was accepted and is {State}, with {Tags} tags")]
    private partial void LogAccepted(Guid jobId, string state, int tags);

    [LoggerMessage(EventId = 1041, Level = LogLevel.Information, Message = "Job {JobId} went from {Before} to {State} {Code}")]
    private partial void LogChanged(Guid jobId, string before, string state, string? code);

    [LoggerMessage(EventId = 1042, Level = LogLevel.Warning, Message = "Job {JobId} is blocked, from {Before}: {Code}; somebody must act")]
    private partial void LogBlocked(Guid jobId, string before, string? code);

    [LoggerMessage(EventId = 1043, Message = "Job {JobId} has ended as {State} after {Elapsed}, at a cost of {Cost} {Currency} {Code}")]
    private partial void LogEnded(LogLevel level, Guid jobId, string state, TimeSpan elapsed, decimal? cost, string currency, string? code);
}
