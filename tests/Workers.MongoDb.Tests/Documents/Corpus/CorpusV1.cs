using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.MongoDb.Tests.Documents.Corpus;

/// <summary>
/// What the documents in <c>v1</c> say. Never changed: later versions have a <c>v2</c> and so on beside it, with the documents that they write otherwise, and read all of them. What it adds to these types is, in documents of this version, what it is in a
/// new object.
/// </summary>
internal static class CorpusV1
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Objects { get; } = new Dictionary<string, object>
    {
        ["jobs.full"] = FullJob(),
        ["jobs.sparse"] = SparseJob(),
        ["jobs.waiting"] = JobIn("Waiting", job =>
        {
            job.Deferrals = 1;
            job.NextCheckAt = Noon.AddMinutes(1);
            job.Trouble = new JobTrouble { Bucket = FailureBucket.RateLimit, Disposition = Disposition.Retry, Code = "TooManyTasks", Reason = "Full.", Fix = "Wait." };
        }),
        ["jobs.running"] = JobIn("Running", job =>
        {
            (job.Standing, job.TaskId, job.AttemptsUsed, job.NextCheckAt) = (AttemptStanding.Alive, "task-1", 1, Noon.AddMinutes(8));
            job.Costs = new Dictionary<int, AttemptCost> { [1] = new(0.5m, 0) };
        }),
        ["jobs.blocked"] = JobIn("Blocked", job =>
        {
            (job.Standing, job.Unannounced) = (AttemptStanding.Uncertain, 3);
            job.Trouble = new JobTrouble { Bucket = FailureBucket.Uncertain, Disposition = Disposition.Block, Code = "NotTold", Reason = "Nobody tells.", Fix = "Settle it." };
        }),
        ["jobs.failed"] = JobIn("Failed", job =>
            job.Trouble = new JobTrouble { Bucket = FailureBucket.ContentPolicy, Disposition = Disposition.Fail, Code = "Refused", Reason = "Refused.", Fix = "Change the text.", Faults = [Fault()] }),
        ["attempts.full"] = FullAttempt(),
        ["attempts.sparse"] = SparseAttempt(AttemptState.Open),
        ["attempts.not_created"] = SparseAttempt(AttemptState.NotCreated) with { Failure = Failing(), SlotReturned = true, DueAt = null },
        ["results.full"] = FullResult(),
        ["results.sparse"] = FullResult() with { Schema = 1, Generation = Id(90), Outputs = [], Usage = new TaskUsage { Tokens = 0 } },
        ["failures.full"] = FullFailure(),
        ["failures.sparse"] = FullFailure() with { Id = "message", JobId = null, TenantId = null, CorrelationId = null, Provider = null, Account = null, Attempt = 0, Step = "workers-start-job" },
        ["accounts.full"] = new Account
        {
            Name = "main",
            Pause = new AccountPause(FailureBucket.Quota, "No money.", Noon, Noon.AddMinutes(5)),
            InFlight = 2,
            Serial = 5_000_000_000,
            NextCreateAt = Noon.AddTicks(1),
            Round = 6_000_000_000,
            NextRoundAt = Noon.AddSeconds(30),
            RoundUnderWay = true,
            RoundTaken = true,
        },
        ["accounts.sparse"] = new Account { Name = "main" },
        ["costs.full"] = new CostRecord
        {
            Id = new AttemptId(Id(86), Id(87), 2),
            TenantId = "studio",
            Provider = "seedance",
            Account = "main",
            Model = "model",
            At = Noon.AddMilliseconds(1),
            Estimated = 0.5m,
            Actual = 0.123456789m,
            Currency = "USD",
        },
        ["alerts.full"] = FullAlert(),
        ["alerts.sparse"] = FullAlert() with { Id = "quota", Rule = "quota", Kind = AlertKind.Failures, Subject = null, TenantId = null, State = AlertState.Pending, Changes = 0, Untold = [] },
        ["audit.full"] = FullAuditEntry(),
        ["audit.sparse"] = FullAuditEntry() with { Id = Id(91), JobId = null, Details = new Dictionary<string, string>() },
    };

    private static Guid Id(int number) => new(0x01020304, 0x0506, 0x8708, 0x89, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, (byte)number);

    private static Job SparseJob() => new() { CorrelationId = Id(80), Version = 1, State = "Submitting", Generation = Id(81), TenantId = "studio", Correlation = Id(80), Input = new JobInput { Model = "model" } };

    private static Job JobIn(string state, Action<Job> change)
    {
        var job = SparseJob();
        (job.State, job.Provider, job.Account, job.Step, job.Version) = (state, "seedance", "main", 3, 4);
        (job.SubmittedAt, job.ChangedAt, job.Deadline, job.CheckInterval) = (Noon, Noon.AddSeconds(2), Noon.AddHours(1), TimeSpan.FromMinutes(1));
        job.Timeline = [new TimelineEntry(Noon, "Submitting", null), new TimelineEntry(Noon.AddSeconds(2), state, "seen")];
        change(job);
        return job;
    }

    private static Attempt SparseAttempt(AttemptState state) => new()
    {
        Id = new AttemptId(Id(82), Id(83), 1),
        TenantId = "studio",
        CorrelationId = Id(84),
        Provider = "seedance",
        Account = "main",
        Owner = Id(85),
        OpenedAt = Noon,
        CallBy = Noon.AddMinutes(1),
        Intent = new TaskIntent { Model = "model", Fingerprint = 100_000 },
        Estimate = new TaskPrice(0.5m, "USD", 100_000, 5m),
        State = state,
        DueAt = Noon,
    };

    internal static Job FullJob() => new()
    {
        CorrelationId = Id(1),
        Version = 7,
        State = "Succeeded",
        Step = 4,
        ChangedAt = Noon,
        Generation = Id(2),
        TenantId = "studio",
        UserHash = "a1b2",
        IdempotencyKey = "order-1",
        Correlation = Id(3),
        ReplyTo = "studio-answers",
        Provider = "seedance",
        Account = "main",
        Tags = ["night", "batch-7"],
        SubmittedHash = "c3d4",
        Input = Input(),
        Expect = Expectation(),
        SubmittedAt = Noon.AddMinutes(-5),
        Deadline = Noon.AddHours(2),
        Attempt = 2,
        Standing = AttemptStanding.Uncertain,
        TaskId = "task-1",
        AttemptsUsed = 3,
        Deferrals = 5,
        Settlement = new Settlement { TaskId = "task-2", NotCreated = true, SettledBy = "Ada" },
        NextCheckAt = Noon.AddMinutes(3),
        CheckInterval = TimeSpan.FromSeconds(90),
        Trouble = new JobTrouble { Bucket = FailureBucket.Quota, Disposition = Disposition.PauseAccount, Code = "AccountOverdueError", Reason = "No money.", Fix = "Pay.", Faults = [Fault()] },
        DeadLettered = new DeadLetteredCommand("StartJob", 7),
        Outputs = [Output("video"), Output("last_frame")],
        Costs = new Dictionary<int, AttemptCost> { [1] = new(0.10m, 0.123456789m), [12] = new(1234567.89m, 2) },
        Currency = "CNY",
        SubmittedBy = Id(4),
        ResumedBy = Id(5),
        Unannounced = 4,
        Timeline = [new TimelineEntry(Noon.AddMilliseconds(1), "Waiting", "429"), new TimelineEntry(Noon, "Running", "adopted")],
    };

    private static Attempt FullAttempt() => new()
    {
        Id = new AttemptId(Id(6), Id(7), 3),
        TenantId = "studio",
        CorrelationId = Id(8),
        Provider = "seedance",
        Account = "main",
        Owner = Id(9),
        OpenedAt = Noon,
        CallBy = Noon.AddMinutes(1),
        Intent = new TaskIntent { Model = "model", Fingerprint = 100_001, Resolution = "720p", Ratio = "16:9", Duration = 5 },
        Estimate = new TaskPrice(0.123456789m, "USD", 5_000_000_000, 7.7m),
        State = AttemptState.Ended,
        DueAt = Noon.AddSeconds(10),
        TaskId = "task-1",
        Watch = new AttemptWatch { Polls = 1, Misses = 2, Mismatches = 3, AbsentReads = 4, FailedReads = 5 },
        End = FullEnd(),
        Failure = Failing(),
        SlotReturned = true,
    };

    private static AttemptEnd FullEnd() => new()
    {
        Kind = TaskEnd.Unclear,
        TaskCreatedAt = Noon.AddSeconds(1),
        TaskEndedAt = Noon.AddSeconds(2),
        Outputs = [new TaskOutput("video", new Uri("https://files.example/a%2Fb.mp4?signature=x%3D"))],
        Usage = Usage(),
        Price = new TaskPrice(0.5m, "USD", 6_000_000_000, 4.3m),
        Failure = Failing(),
    };

    private static JobResult FullResult() => new()
    {
        Schema = 2,
        JobId = Id(10),
        Generation = Id(11),
        TenantId = "studio",
        CorrelationId = Id(12),
        Provider = "seedance",
        Model = "model",
        TaskId = "task-1",
        Outputs = [Output("video"), Output("last_frame")],
        Usage = Usage(),
        Cost = new JobCost { Estimated = 0.123456789m, Actual = 1234567.89m, Currency = "USD" },
        SubmittedAt = Noon,
        TaskCreatedAt = Noon.AddSeconds(1),
        TaskEndedAt = Noon.AddSeconds(2),
        RetrievedAt = Noon.AddSeconds(3),
    };

    private static Failure FullFailure() => new()
    {
        Id = "job/1/Submitting",
        JobId = Id(13),
        TenantId = "studio",
        CorrelationId = Id(14),
        Provider = "seedance",
        Account = "main",
        Attempt = 1,
        Step = "Submitting",
        Bucket = FailureBucket.Uncertain,
        Code = "ConnectionReset",
        Reason = "The answer was lost.",
        At = Noon,
    };

    private static Alert FullAlert() => new()
    {
        Id = "account-paused/main",
        Generation = Id(17),
        Version = 1,
        Rule = "account-paused",
        Kind = AlertKind.AccountPaused,
        Subject = "main",
        TenantId = "studio",
        Level = AlertLevel.Error,
        State = AlertState.Firing,
        Since = Noon,
        LookedAt = Noon.AddMilliseconds(1),
        Value = 1.5m,
        Limit = 0.123456789m,
        Reason = "Account main is paused.",
        Changes = 3,
        Untold =
        [
            new AlertChange
            {
                Number = 3,
                State = AlertState.Firing,
                At = Noon,
                FiredAt = Noon.AddMinutes(-1),
                Level = AlertLevel.Error,
                TenantId = "studio",
                Value = 1.5m,
                Limit = 0.123456789m,
                Reason = "Account main is paused.",
            },
        ],
    };

    private static AuditEntry FullAuditEntry() => new()
    {
        Id = Id(15),
        At = Noon.AddMilliseconds(1),
        Actor = "ada@desk",
        Action = AuditAction.Settled,
        TenantId = "studio",
        JobId = Id(16),
        Details = new Dictionary<string, string> { ["taskId"] = "task-1", ["Input.hash"] = "a1b2", ["$a.b"] = "" },
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
        new() { NeverLeft = true, Bucket = FailureBucket.Timeout, Disposition = Disposition.Reconcile, Code = "TimedOut", Reason = "No answer in time.", Fix = "Wait." };

    private static JsonElement Value(string json) => JsonDocument.Parse(json).RootElement;
}
