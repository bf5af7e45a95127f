using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Failures;

/// <summary>Something failed, for the record. Twice in one place (job, attempt, step) is once.</summary>
public sealed record FailureObserved
{
    public required Guid JobId { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required Guid Generation { get; init; }
    public required string Provider { get; init; }
    public required string Account { get; init; }
    public required int Attempt { get; init; }

    /// <summary>The job's state in which it failed, or what was being done.</summary>
    public required string Step { get; init; }

    public required FailureBucket Bucket { get; init; }
    public required string Code { get; init; }
    public required string Reason { get; init; }

    /// <summary>What the provider said, by status, code and hash of its message; null where it said nothing.</summary>
    public string? Said { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Of a job, in its present state.</summary>
    public static FailureObserved Of(Job job, JobTrouble trouble, DateTimeOffset at) => new()
    {
        JobId = job.CorrelationId,
        TenantId = job.TenantId,
        CorrelationId = job.Correlation,
        Generation = job.Generation,
        Provider = job.Provider,
        Account = job.Account,
        Attempt = job.Attempt,
        Step = job.State,
        Bucket = trouble.Bucket,
        Code = trouble.Code,
        Reason = trouble.Reason,
        Said = trouble.Said,
        At = at,
    };

    /// <summary>Of an attempt, whatever became of its job.</summary>
    public static FailureObserved Of(Attempt attempt, JobTrouble trouble, string step, DateTimeOffset at) => new()
    {
        JobId = attempt.Id.JobId,
        TenantId = attempt.TenantId,
        CorrelationId = attempt.CorrelationId,
        Generation = attempt.Id.Generation,
        Provider = attempt.Provider,
        Account = attempt.Account,
        Attempt = attempt.Id.Number,
        Step = step,
        Bucket = trouble.Bucket,
        Code = trouble.Code,
        Reason = trouble.Reason,
        Said = trouble.Said,
        At = at,
    };
}

/// <summary>Puts failures into their buckets.</summary>
internal sealed class FailureConsumer(IFailures failures) : IConsumer<FailureObserved>
{
    public Task Consume(ConsumeContext<FailureObserved> context)
    {
        var seen = context.Message;
        FleetMetrics.Failed(seen.Bucket, seen.Provider);
        return failures.RecordAsync(
            new Failure
            {
                Id = $"{seen.JobId:N}/{seen.Generation:N}/{seen.Attempt}/{seen.Step}",
                JobId = seen.JobId,
                TenantId = seen.TenantId,
                CorrelationId = seen.CorrelationId,
                Provider = seen.Provider,
                Account = seen.Account,
                Attempt = seen.Attempt,
                Step = seen.Step,
                Bucket = seen.Bucket,
                Code = seen.Code,
                Reason = seen.Reason,
                Said = seen.Said,
                At = seen.At,
            },
            context.CancellationToken);
    }
}
