using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>Which attempt: the job, the life of its id, and a number from 1.</summary>
public sealed record AttemptId(Guid JobId, Guid Generation, int Number)
{
    /// <summary>The job's present attempt, whether or not it has a record yet.</summary>
    public static AttemptId Of(Job job) => new(job.CorrelationId, job.Generation, job.Attempt);
}

/// <summary>One try to have a task for a job. Recorded before the call, watched until the task is settled at the provider whatever became of the job.</summary>
public sealed record Attempt
{
    public required AttemptId Id { get; init; }
    public required string TenantId { get; init; }
    public required Guid CorrelationId { get; init; }
    public required string Provider { get; init; }
    public required string Account { get; init; }

    /// <summary>Who may make the call: nobody else ever may.</summary>
    public required Guid Owner { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>After this the owner's call is surely over.</summary>
    public required DateTimeOffset CallBy { get; init; }

    public required TaskIntent Intent { get; init; }
    public required TaskPrice Estimate { get; init; }

    public AttemptState State { get; init; }

    /// <summary>When a round looks at it: to reconcile an open one, to poll a live one, to tell the end of an ended one. Null: never.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? TaskId { get; init; }

    /// <summary>What was seen so far, to judge the next look by.</summary>
    public AttemptWatch Watch { get; init; } = new();

    /// <summary>How the task ended.</summary>
    public AttemptEnd? End { get; init; }

    /// <summary>Why the attempt made no task; while it is open, why there would be none.</summary>
    public ProviderFailure? Failure { get; init; }

    /// <summary>What its ended task costs: 0 where it is not billed, null where the provider does not say, or nobody can tell whether it is.</summary>
    public decimal? ActualCost => End switch
    {
        { Price: { } price } => price.Amount,
        { Kind: TaskEnd.Failed or TaskEnd.Cancelled } => 0,
        _ => null,
    };

    /// <summary>Its slot was given back, and is not given back again however often its end is told.</summary>
    public bool SlotReturned { get; init; }
}

/// <summary>Where an attempt stands.</summary>
public enum AttemptState
{
    /// <summary>The call may be made by its owner, may be under way, or its outcome is unknown.</summary>
    Open,

    /// <summary>There is a task and it has not ended.</summary>
    Live,

    /// <summary>The task has ended, and the end was not yet told.</summary>
    Ended,

    /// <summary>The task has ended and the end was told.</summary>
    Closed,

    /// <summary>There is surely no task.</summary>
    NotCreated,

    /// <summary>There may be a task; a person must say.</summary>
    Uncertain,
}

/// <summary>What rounds have seen of an attempt.</summary>
public sealed record AttemptWatch
{
    /// <summary>Polls that changed nothing.</summary>
    public int Polls { get; init; }

    /// <summary>Times in a row that a list did not have the task.</summary>
    public int Misses { get; init; }

    /// <summary>Times in a row that the task's record had a shape that nobody knows.</summary>
    public int Mismatches { get; init; }

    /// <summary>Complete readings of the provider's list, begun after the settle time, without a task for this attempt.</summary>
    public int AbsentReads { get; init; }

    /// <summary>Of an open attempt: readings of the provider's list that did not come to an end. Of a live one: times in a row that its task could not be looked at.</summary>
    public int FailedReads { get; init; }
}

/// <summary>How a task ended, what it used and what that costs.</summary>
public sealed record AttemptEnd
{
    public required TaskEnd Kind { get; init; }

    /// <summary>By the provider's clock.</summary>
    public required DateTimeOffset TaskCreatedAt { get; init; }

    /// <summary>By the provider's clock.</summary>
    public required DateTimeOffset TaskEndedAt { get; init; }

    public IReadOnlyList<TaskOutput> Outputs { get; init; } = [];
    public TaskUsage? Usage { get; init; }

    /// <summary>What the task costs; null of one that is not billed, and of one of which the provider does not say it.</summary>
    public TaskPrice? Price { get; init; }

    /// <summary>What the provider does not say of a success, by its names; null where it says all.</summary>
    public IReadOnlyList<string>? Missing { get; init; }
    public ProviderFailure? Failure { get; init; }
}

/// <summary>How a task can end.</summary>
public enum TaskEnd
{
    Succeeded,

    /// <summary>Failed or expired: not billed.</summary>
    Failed,

    Cancelled,

    /// <summary>The provider does not say in words that anyone knows, or knows the task no longer: whether it is billed is open.</summary>
    Unclear,
}
