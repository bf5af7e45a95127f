using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Testing;

/// <summary>Things whose details do not matter to the test: each is sound, small and different from the last.</summary>
public static class Some
{
    public const string Account = "main";

    /// <summary>A moment to tell other times from; whole milliseconds are all that every store keeps.</summary>
    public static DateTimeOffset Time { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static Job Job() => new()
    {
        CorrelationId = Guid.NewGuid(),
        Version = 1,
        State = "Running",
        Step = 3,
        ChangedAt = Time,
        Generation = Guid.NewGuid(),
        TenantId = "studio",
        Provider = "seedance",
        Account = Account,
        Input = new JobInput { Model = "model", Prompt = "A fox in the snow." },
        SubmittedAt = Time,
        Deadline = Time.AddHours(1),
        CheckInterval = TimeSpan.FromMinutes(1),
    };

    public static AttemptId AttemptId() => new(Guid.NewGuid(), Guid.NewGuid(), 1);

    /// <summary>An attempt as it would stand in this state, due at <see cref="Time"/> where a round would look at it.</summary>
    public static Attempt Attempt(AttemptState state = AttemptState.Open) => new()
    {
        Id = AttemptId(),
        TenantId = "studio",
        CorrelationId = Guid.NewGuid(),
        Provider = "seedance",
        Account = Account,
        Owner = Guid.NewGuid(),
        OpenedAt = Time,
        CallBy = Time.AddMinutes(1),
        Intent = new TaskIntent { Model = "model", Fingerprint = 100_000 },
        Estimate = new TaskPrice(0.5m, "USD", 100_000, 5m),
        State = state,
        DueAt = state is AttemptState.Open or AttemptState.Live or AttemptState.Ended ? Time : null,
        TaskId = state is AttemptState.Live or AttemptState.Ended or AttemptState.Closed ? TaskId() : null,
        End = state is AttemptState.Ended or AttemptState.Closed ? End() : null,
        Failure = state is AttemptState.NotCreated ? Refusal() : null,
        SlotReturned = state is AttemptState.Closed or AttemptState.NotCreated,
    };

    public static string TaskId() => $"task-{Guid.NewGuid():N}";

    public static AttemptEnd End() => new() { Kind = TaskEnd.Succeeded, TaskCreatedAt = Time, TaskEndedAt = Time.AddMinutes(2) };

    public static ProviderFailure Refusal() => new()
    {
        Bucket = FailureBucket.ContentPolicy,
        Disposition = Disposition.Block,
        Code = "Refused",
        Reason = "The provider refused the text.",
        Fix = "Change the text.",
    };

    public static Failure Failure() => new()
    {
        Id = Guid.NewGuid().ToString("N"),
        JobId = Guid.NewGuid(),
        TenantId = "studio",
        CorrelationId = Guid.NewGuid(),
        Provider = "seedance",
        Account = Account,
        Attempt = 1,
        Step = "Submitting",
        Bucket = FailureBucket.Timeout,
        Code = "TimedOut",
        Reason = "The provider took too long.",
        At = Time,
    };

    public static AuditEntry AuditEntry() => new() { Id = Guid.NewGuid(), At = Time, Actor = "ada", Action = AuditAction.Resumed, TenantId = "studio", JobId = Guid.NewGuid() };
}
