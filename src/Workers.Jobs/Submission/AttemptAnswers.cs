using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Submission;

/// <summary>What the fleet tells a job of its attempt: always the same message id for the same thing.</summary>
internal static class AttemptAnswers
{
    public static Task TellStartedAsync(this IPublishEndpoint bus, Attempt attempt, string taskId, DateTimeOffset at, CancellationToken cancellationToken) =>
        bus.Publish(
            new JobStarted
            {
                JobId = attempt.Id.JobId,
                TenantId = attempt.TenantId,
                CorrelationId = attempt.CorrelationId,
                Generation = attempt.Id.Generation,
                Attempt = attempt.Id.Number,
                Provider = attempt.Provider,
                Account = attempt.Account,
                TaskId = taskId,
                At = at,
            },
            publish => publish.MessageId = JobIdentity.MessageId(attempt.Id.Generation, attempt.Id.Number, nameof(JobStarted)),
            cancellationToken);

    /// <summary>An attempt with a record has no task, or nobody can tell.</summary>
    public static Task TellFailedAsync(this IPublishEndpoint bus, Attempt attempt, JobTrouble trouble, DateTimeOffset? retryAt, CancellationToken cancellationToken) =>
        bus.Publish(
            new SubmissionFailed
            {
                JobId = attempt.Id.JobId,
                TenantId = attempt.TenantId,
                CorrelationId = attempt.CorrelationId,
                Generation = attempt.Id.Generation,
                Attempt = attempt.Id.Number,
                Step = null,
                Trouble = trouble,
                RetryAt = retryAt,
                Recorded = true,
            },
            publish => publish.MessageId = JobIdentity.MessageId(attempt.Id.Generation, attempt.Id.Number, $"{nameof(SubmissionFailed)} {trouble.Disposition} {attempt.DueAt:O}"),
            cancellationToken);

    public static Task TellEndedAsync(this IPublishEndpoint bus, Attempt attempt, CancellationToken cancellationToken) =>
        bus.Publish(
            new TaskEnded
            {
                JobId = attempt.Id.JobId,
                TenantId = attempt.TenantId,
                CorrelationId = attempt.CorrelationId,
                Generation = attempt.Id.Generation,
                Attempt = attempt.Id.Number,
                TaskId = attempt.TaskId!,
                End = attempt.End!.Kind,
                Trouble = attempt.End.Failure is { } failure ? JobTrouble.Of(failure) : null,
                Cost = new AttemptCost(attempt.Estimate.Amount, attempt.ActualCost),
                Currency = attempt.Estimate.Currency,
                Missing = attempt.End.Missing,
            },
            publish => publish.MessageId = JobIdentity.MessageId(attempt.Id.Generation, attempt.Id.Number, $"{nameof(TaskEnded)} {attempt.End.Kind}"),
            cancellationToken);

    public static Task TellCancelSettledAsync(this IPublishEndpoint bus, Attempt attempt, CancellationToken cancellationToken) =>
        bus.Publish(
            new CancelSettled
            {
                JobId = attempt.Id.JobId,
                TenantId = attempt.TenantId,
                CorrelationId = attempt.CorrelationId,
                Generation = attempt.Id.Generation,
                Attempt = attempt.Id.Number,
            },
            publish => publish.MessageId = JobIdentity.MessageId(attempt.Id.Generation, attempt.Id.Number, nameof(CancelSettled)),
            cancellationToken);
}
