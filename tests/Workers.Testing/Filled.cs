using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Testing;

/// <summary>Documents in which every member, at any depth, holds something: what a store drops is seen to be missing.</summary>
/// <remarks><see cref="Members.Unset"/> finds a new member that was forgotten here. They need not make sense, only come back.</remarks>
internal static class Filled
{
    private const string Said = "429 rate_limit_exceeded, message 1f2e3d4c5b6a, 34 bytes";

    public static Job Job() => new()
    {
        CorrelationId = Guid.NewGuid(),
        Version = 7,
        State = "Succeeded",
        Step = 4,
        ChangedAt = Some.Time,
        Generation = Guid.NewGuid(),
        TenantId = "studio",
        UserHash = "a1b2",
        IdempotencyKey = "order-1",
        Correlation = Guid.NewGuid(),
        ReplyTo = "studio-answers",
        ReplyCorrelation = "order 7",
        Provider = "seedance",
        Account = "main",
        Tags = ["night", "batch-7"],
        SubmittedHash = "c3d4",
        Input = Input(),
        Expect = Expectation(),
        SubmittedAt = Some.Time.AddMinutes(-5),
        Deadline = Some.Time.AddHours(2),
        Attempt = 2,
        Standing = AttemptStanding.Uncertain,
        TaskId = "task-1",
        AttemptsUsed = 3,
        Deferrals = 5,
        Settlement = new Settlement { TaskId = "task-2", NotCreated = true, SettledBy = "Ada" },
        NextCheckAt = Some.Time.AddMinutes(3),
        CheckInterval = TimeSpan.FromSeconds(90),
        Trouble = new JobTrouble { Bucket = FailureBucket.Quota, Disposition = Disposition.PauseAccount, Code = "AccountOverdueError", Reason = "No money.", Fix = "Pay.", Said = Said, Faults = [Fault()] },
        DeadLettered = new DeadLetteredCommand("StartJob", 7),
        Outputs = [Output("video"), Output("last_frame")],
        Costs = new Dictionary<int, AttemptCost> { [1] = new(0.10m, 0.123456789m), [12] = new(1234567.89m, 2) },
        Currency = "CNY",
        ToldCost = JobCost(),
        SubmittedBy = Guid.NewGuid(),
        ResumedBy = Guid.NewGuid(),
        Unannounced = 4,
        Timeline = [new TimelineEntry(Some.Time.AddMilliseconds(1), "Waiting", "429"), new TimelineEntry(Some.Time, "Running", "adopted")],
    };

    public static CostRecord Cost() => new()
    {
        Id = new AttemptId(Guid.NewGuid(), Guid.NewGuid(), 3),
        TenantId = "studio",
        Provider = "seedance",
        Account = "main",
        Model = "model",
        At = Some.Time,
        Estimated = 0.5m,
        Actual = 0.123456789m,
        Currency = "USD",
    };

    public static Attempt Attempt() => new()
    {
        Id = new AttemptId(Guid.NewGuid(), Guid.NewGuid(), 3),
        TenantId = "studio",
        CorrelationId = Guid.NewGuid(),
        Provider = "seedance",
        Account = "main",
        Owner = Guid.NewGuid(),
        OpenedAt = Some.Time,
        CallBy = Some.Time.AddMinutes(1),
        Intent = new TaskIntent { Model = "model", Fingerprint = 100_001, Resolution = "720p", Ratio = "16:9", Duration = 5 },
        Estimate = new TaskPrice(0.123456789m, "USD", 5_000_000_000, 7.7m),
        State = AttemptState.Ended,
        DueAt = Some.Time.AddSeconds(10),
        TaskId = Some.TaskId(),
        Watch = new AttemptWatch { Polls = 1, Misses = 2, Mismatches = 3, AbsentReads = 4, FailedReads = 5 },
        End = End(),
        Failure = Failing(),
        SlotReturned = true,
    };

    public static AttemptEnd End() => new()
    {
        Kind = TaskEnd.Unclear,
        TaskCreatedAt = Some.Time.AddSeconds(1),
        TaskEndedAt = Some.Time.AddSeconds(2),
        Outputs = [new TaskOutput("video", new Uri("https://files.example/a%2Fb.mp4?signature=x%3D"))],
        Usage = Usage(),
        Price = new TaskPrice(0.5m, "USD", 6_000_000_000, 4.3m),
        Failure = Failing(),
        Missing = ["usage", "created_at"],
    };

    public static JobResult Result() => new()
    {
        Schema = 2,
        JobId = Guid.NewGuid(),
        Generation = Guid.NewGuid(),
        TenantId = "studio",
        CorrelationId = Guid.NewGuid(),
        Provider = "seedance",
        Model = "model",
        TaskId = "task-1",
        Outputs = [Output("video"), Output("last_frame")],
        Usage = Usage(),
        Cost = JobCost(),
        SubmittedAt = Some.Time,
        TaskCreatedAt = Some.Time.AddSeconds(1),
        TaskEndedAt = Some.Time.AddSeconds(2),
        RetrievedAt = Some.Time.AddSeconds(3),
    };

    public static Failure Failure() => new()
    {
        Id = "job/1/Submitting",
        JobId = Guid.NewGuid(),
        TenantId = "studio",
        CorrelationId = Guid.NewGuid(),
        Provider = "seedance",
        Account = "main",
        Attempt = 1,
        Step = "Submitting",
        Bucket = FailureBucket.Uncertain,
        Code = "ConnectionReset",
        Reason = "The answer was lost.",
        Said = Said,
        At = Some.Time,
    };

    public static AuditEntry AuditEntry() => new()
    {
        Id = Guid.NewGuid(),
        At = Some.Time.AddMilliseconds(1),
        Actor = "ada@desk",
        Action = AuditAction.Settled,
        TenantId = "studio",
        JobId = Guid.NewGuid(),
        Details = new Dictionary<string, string> { ["taskId"] = "task-1", ["Input.hash"] = "a1b2", ["$a.b"] = "" },
    };

    public static Alert Alert() => new()
    {
        Id = "accounts/main",
        Generation = Guid.NewGuid(),
        Version = 7,
        Rule = "accounts",
        Kind = AlertKind.AccountPaused,
        Subject = "main",
        TenantId = "studio",
        Level = AlertLevel.Error,
        State = AlertState.Firing,
        Since = Some.Time,
        LookedAt = Some.Time.AddMinutes(1),
        Value = 1.5m,
        Limit = 0.123456789m,
        Reason = "Account main is paused.",
        Changes = 3,
        Untold = [AlertChange()],
    };

    public static AlertChange AlertChange() => new()
    {
        Number = 3,
        State = AlertState.Firing,
        At = Some.Time,
        FiredAt = Some.Time.AddMilliseconds(-1),
        Level = AlertLevel.Error,
        TenantId = "studio",
        Value = 1.5m,
        Limit = 0.123456789m,
        Reason = "Account main is paused.",
    };

    private static JobInput Input() => new()
    {
        Model = "model",
        Prompt = "A fox, \"quick\" & brown: 狐狸 🦊\nin the snow.",
        References =
        [
            new Reference
            {
                Uri = "https://files.example/fox.png?key=1&x=%20",
                ObjectKey = "fox.png",
                Version = "2",
                Kind = "image",
                Role = "first_frame",
                ContentType = "image/png",
                Length = 5_000_000_000,
                Checksum = "e5f6",
                DurationSeconds = 2.5,
            },
        ],
        Parameters = new Dictionary<string, JsonElement>
        {
            ["duration"] = Value("5"),
            ["Seed"] = Value("-1"),
            ["strength"] = Value("0.25"),
            ["watermark"] = Value("false"),
            ["ratio"] = Value("\"16:9\""),
            ["a.b$c"] = Value("""{"Deep":[1,{"x":null}],"":"empty"}"""),
            ["nothing"] = Value("null"),
        },
    };

    private static ResultExpectation Expectation() => new()
    {
        MediaTypes = ["video/mp4"],
        MinBytes = 1,
        MaxBytes = 5_000_000_000,
        Sha256 = "0a0b",
        DurationSeconds = 5,
        Resolution = "720p",
    };

    private static InputFault Fault() => new() { Field = "input.model", Found = "missing", Rule = "A model is required.", Fix = "Name one." };

    private static ResultOutput Output(string name) =>
        new() { Name = name, Path = $"studio/job/{name}", MediaType = "video/mp4", Bytes = 5_000_000_000, Sha256 = "0c0d" };

    private static TaskUsage Usage() => new() { Tokens = 5_000_000_000, DurationSeconds = 5, Resolution = "720p", Ratio = "16:9" };

    private static ProviderFailure Failing() =>
        new() { NeverLeft = true, Bucket = FailureBucket.Timeout, Disposition = Disposition.Reconcile, Code = "TimedOut", Reason = "No answer in time.", Fix = "Wait.", Said = Said };

    private static JobCost JobCost() => new() { Estimated = 0.123456789m, Actual = 1234567.89m, Unknown = 1, Currency = "USD" };

    private static JsonElement Value(string json) => JsonDocument.Parse(json).RootElement;
}
