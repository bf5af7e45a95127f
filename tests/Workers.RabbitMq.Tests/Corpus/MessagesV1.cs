using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.RabbitMq.Tests.Corpus;

/// <summary>
/// What the messages in <c>v1</c> say. Never changed: later versions have a <c>v2</c> and so on beside it, with the messages that they send otherwise, and read all of them. What it adds to these types is, in messages of this version, what it is in a new object.
/// </summary>
internal static class MessagesV1
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>By the names of the files.</summary>
    public static IReadOnlyDictionary<string, object> Envelopes { get; } = new object[]
    {
        Submission(), Cancellation(), Resumption(),
        new StartJob(Id(1), "studio", Id(2), 3), new WatchTask(Id(1), "studio", Id(2), 3), new RetrieveResult(Id(1), "studio", Id(2), 3), new CancelTask(Id(1), "studio", Id(2), 3),
        new JobDue(Id(1), "studio", Id(2), 3), new CommandDeadLettered(Id(1), "studio", Id(2), 3, "StartJob", "TimeoutException"), new CommandRedriven(Id(1), "studio", Id(2), 3, "StartJob", 2, true),
        new PollRound("main", 6_000_000_000),
        new SubmissionDeferred { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Step = 3, Until = Noon.AddMinutes(1), Trouble = Trouble(), Recorded = true },
        new SubmissionFailed { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Generation = Id(4), Attempt = 5, Step = 3, Trouble = Trouble(), RetryAt = Noon.AddMinutes(2), Recorded = true },
        new TaskEnded
        {
            JobId = Id(1),
            TenantId = "studio",
            CorrelationId = Id(2),
            Generation = Id(4),
            Attempt = 5,
            TaskId = "task-1",
            End = TaskEnd.Unclear,
            Trouble = Trouble(),
            Cost = new AttemptCost(0.10m, 0.123456789m),
            Currency = "USD",
        },
        new CancelSettled { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Generation = Id(4), Attempt = 5 },
        new ResultRetrieved { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Step = 3, Outputs = [Output("video"), Output("last_frame")] },
        new RetrievalFailed { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Step = 3, Trouble = Trouble() },
        new FailureObserved
        {
            JobId = Id(1),
            TenantId = "studio",
            CorrelationId = Id(2),
            Generation = Id(4),
            Provider = "seedance",
            Account = "main",
            Attempt = 5,
            Step = "Submitting",
            Bucket = FailureBucket.Uncertain,
            Code = "ConnectionReset",
            Reason = "The answer was lost.",
            At = Noon,
        },
        new JobAccepted { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Duplicate = true, Phase = Phase.Blocked, State = "Blocked", At = Noon },
        new SubmissionRejected { TenantId = "studio", IdempotencyKey = "order-1", CorrelationId = Id(2), Faults = [Fault()], At = Noon },
        new CommandRejected { JobId = Id(1), TenantId = "studio", Command = "CancelJob", Reason = "The job has ended.", At = Noon },
        new JobStarted { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Generation = Id(4), Attempt = 5, Provider = "seedance", Account = "main", TaskId = "task-1", At = Noon },
        new JobBlocked { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Bucket = FailureBucket.Quota, Reason = "No money.", Fix = "Pay.", Faults = [Fault()], Cost = Cost(), At = Noon },
        new JobSucceeded { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Outputs = [Output("video"), Output("last_frame")], Cost = Cost(), At = Noon },
        new JobFailed { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Bucket = FailureBucket.ContentPolicy, Reason = "Refused.", Cost = Cost(), At = Noon },
        new JobCancelled { JobId = Id(1), TenantId = "studio", CorrelationId = Id(2), Cost = Cost(), At = Noon },
        new AlertFiring { Rule = "account-paused", Kind = AlertKind.AccountPaused, Subject = "main", TenantId = "studio", Level = AlertLevel.Error, Value = 1.5m, Limit = 0.123456789m, Reason = "Account main is paused.", At = Noon },
        new AlertResolved
        {
            Rule = "account-paused",
            Kind = AlertKind.AccountPaused,
            Subject = "main",
            TenantId = "studio",
            Level = AlertLevel.Error,
            Value = 1.5m,
            Limit = 0.123456789m,
            Reason = "Account main is open.",
            FiredAt = Noon.AddMilliseconds(1),
            At = Noon.AddMinutes(1),
        },
    }.ToDictionary(message => MessageCorpus.NameOf(message.GetType()));

    /// <summary>Raw bodies of the intake, likewise.</summary>
    public static IReadOnlyDictionary<string, object> Raw { get; } =
        new object[] { Submission(), Cancellation(), Resumption() }.ToDictionary(message => MessageCorpus.Raw + MessageCorpus.NameOf(message.GetType()));

    public static Guid Id(int number) => new(0x01020304, 0x0506, 0x8708, 0x89, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, (byte)number);

    private static SubmitJob Submission() => new()
    {
        TenantId = "studio",
        UserId = "user-1",
        IdempotencyKey = "order-1",
        CorrelationId = Id(2),
        Provider = "seedance",
        Input = Input(),
        Expect = new ResultExpectation { MediaTypes = ["video/mp4"], MinBytes = 1, MaxBytes = 5_000_000_000, Sha256 = "0a0b", DurationSeconds = 5, Resolution = "720p" },
        Deadline = Noon.AddHours(2),
        Tags = ["night", "batch-7"],
    };

    private static CancelJob Cancellation() => new() { JobId = Id(1), TenantId = "studio", RequestedBy = "ada", Reason = "A mistake." };

    private static ResumeJob Resumption() => new()
    {
        JobId = Id(1),
        TenantId = "studio",
        RequestedBy = "ada",
        Input = Input(),
        Settlement = new Settlement { TaskId = "task-2", NotCreated = true, SettledBy = "Ada" },
        PayAgain = true,
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
        },
    };

    private static JobTrouble Trouble() =>
        new() { Bucket = FailureBucket.Quota, Disposition = Disposition.PauseAccount, Code = "AccountOverdueError", Reason = "No money.", Fix = "Pay.", Faults = [Fault()] };

    private static InputFault Fault() => new() { Field = "input.model", Found = "missing", Rule = "A model is required.", Fix = "Name one." };

    private static ResultOutput Output(string name) => new() { Name = name, Path = $"studio/job/{name}", MediaType = "video/mp4", Bytes = 5_000_000_000, Sha256 = "0c0d" };

    private static JobCost Cost() => new() { Estimated = 0.123456789m, Actual = 1234567.89m, Currency = "USD" };

    private static JsonElement Value(string json) => JsonDocument.Parse(json).RootElement;
}
