using MassTransit;
using Workers.Contracts;
using Workers.Providers;

namespace Workers.Jobs.Lifecycle;

/// <summary>What is remembered of one job between messages, and all that its events and commands are made of.</summary>
public sealed class Job : SagaStateMachineInstance, ISagaVersion
{
    /// <summary>The job id; MassTransit calls a saga's id its correlation id. The job's own is <see cref="Correlation"/>.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>Counts the writes of this document: who writes must have read the version before.</summary>
    public int Version { get; set; }

    /// <summary>What is true now: a state of <see cref="JobLifecycle"/>.</summary>
    public string State { get; set; } = "";

    /// <summary>Counts the transitions. A command or an answer that names another step is stale.</summary>
    public int Step { get; set; }

    /// <summary>When the present state began.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>Random at the job's creation, and part of every child record's id.</summary>
    public Guid Generation { get; set; }

    public string TenantId { get; set; } = "";

    /// <summary>SHA-256 of tenant and user; the user's name itself is never kept.</summary>
    public string? UserHash { get; set; }

    public string IdempotencyKey { get; set; } = "";

    /// <summary>Id of the message that made this job: only when that one is delivered again must its work be made good.</summary>
    public Guid? SubmittedBy { get; set; }

    /// <summary>Id of the message that last resumed this job; likewise.</summary>
    public Guid? ResumedBy { get; set; }

    public Guid Correlation { get; set; }

    /// <summary>The queue that its client wants the job's events at, beside the exchange of all events; the last one that a submission of this job named.</summary>
    public string? ReplyTo { get; set; }

    /// <summary>What that submission's sender calls it, for its replies.</summary>
    public string? ReplyCorrelation { get; set; }

    public string Provider { get; set; } = "";
    public string Account { get; set; } = "";
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Hash of what was submitted, kept when the input is corrected, so that repeats of the submission still match.</summary>
    public string SubmittedHash { get; set; } = "";

    /// <summary>The input as it now stands.</summary>
    public JobInput Input { get; set; } = new();

    public ResultExpectation? Expect { get; set; }
    public DateTimeOffset SubmittedAt { get; set; }

    /// <summary>When the job is given up.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>Number of the present attempt, from 1. It has a record from the moment when the call may be made.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>What is known of the present attempt.</summary>
    public AttemptStanding Standing { get; set; }

    /// <summary>The present attempt's task.</summary>
    public string? TaskId { get; set; }

    /// <summary>Attempts that count against the cap. A full account or a 429 uses up none.</summary>
    public int AttemptsUsed { get; set; }

    /// <summary>Times in a row that this job was put back to wait; the wait grows with it.</summary>
    public int Deferrals { get; set; }

    /// <summary>How a person settled the present attempt, for <c>StartJob</c> to carry out.</summary>
    public Settlement? Settlement { get; set; }

    /// <summary>When the sweep looks at this job. Null: it waits for nothing but a person, or has ended.</summary>
    public DateTimeOffset? NextCheckAt { get; set; }

    /// <summary>The time to the sweep's look after the next; doubles with each.</summary>
    public TimeSpan CheckInterval { get; set; }

    /// <summary>Why the job waits, is blocked or has failed.</summary>
    public JobTrouble? Trouble { get; set; }

    /// <summary>The command that lies in its error queue, while the job is blocked for it and nothing else.</summary>
    public DeadLetteredCommand? DeadLettered { get; set; }

    /// <summary>The files of a succeeded job; of any other, what was fetched, was not what the job calls success, and is kept aside.</summary>
    public IReadOnlyList<ResultOutput> Outputs { get; set; } = [];

    /// <summary>Cost of each settled attempt by its number: a repeated end changes nothing.</summary>
    public IReadOnlyDictionary<int, AttemptCost> Costs { get; set; } = new Dictionary<int, AttemptCost>();

    /// <summary>ISO 4217 code of <see cref="Costs"/>.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>The cost as the event of the present step tells it, where more of it became known since: an event has the same content however often it is told.</summary>
    public JobCost? ToldCost { get; set; }

    /// <summary>The step whose event was not yet confirmed by the broker, or null.</summary>
    public int? Unannounced { get; set; }

    /// <summary>The states that the job went through, newest last, at most <see cref="TimelineLength"/>.</summary>
    public IReadOnlyList<TimelineEntry> Timeline { get; set; } = [];

    public const int TimelineLength = 50;

    /// <summary>Where the job's client hears of it; null where nobody asked.</summary>
    public ReplyTo? Answers() => ReplyTo is { } queue ? new ReplyTo(queue, ReplyCorrelation) : null;

    /// <summary>Names the job without its content.</summary>
    public override string ToString() => $"Job {{ {CorrelationId}, {TenantId}, {State} }}";
}

/// <summary>What is known of an attempt.</summary>
public enum AttemptStanding
{
    /// <summary>There is none yet: no call was made and none is under way.</summary>
    None,

    /// <summary>A call may be under way, or its outcome is being found out.</summary>
    Open,

    /// <summary>There is a task, not ended as far as anyone knows.</summary>
    Alive,

    /// <summary>The task ended well, and was paid.</summary>
    Succeeded,

    /// <summary>There is surely no task that can be billed.</summary>
    Failed,

    /// <summary>There may be a task; nobody at the provider tells.</summary>
    Uncertain,
}

/// <summary>Why a job does not go on: the cause, and what a person should know and do.</summary>
public sealed record JobTrouble
{
    public required FailureBucket Bucket { get; init; }

    /// <summary>What is done about it.</summary>
    public required Disposition Disposition { get; init; }

    /// <summary>The provider's code, or a name of ours.</summary>
    public required string Code { get; init; }

    public required string Reason { get; init; }
    public required string Fix { get; init; }

    /// <summary>What the provider said, by status, code and hash of its message; null where it said nothing.</summary>
    public string? Said { get; init; }

    public IReadOnlyList<InputFault> Faults { get; init; } = [];

    public static JobTrouble Of(ProviderFailure failure) => new()
    {
        Bucket = failure.Bucket,
        Disposition = failure.Disposition,
        Code = failure.Code,
        Reason = failure.Reason,
        Fix = failure.Fix,
        Said = failure.Said,
    };
}

/// <summary>A command whose redeliveries are used up.</summary>
public sealed record DeadLetteredCommand(string Command, int Step);

/// <summary>What one attempt was expected to cost and did cost.</summary>
/// <param name="Estimated">Before its call.</param>
/// <param name="Actual">0 of a task that is not billed; null: the provider does not say.</param>
public sealed record AttemptCost(decimal Estimated, decimal? Actual);

/// <summary>One transition of a job.</summary>
public sealed record TimelineEntry(DateTimeOffset At, string State, string? Note);
