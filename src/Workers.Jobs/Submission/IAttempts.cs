using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>The attempts' records. Every write touches one record, or is a bulk of such writes, and is safe to repeat.</summary>
public interface IAttempts
{
    Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancellationToken);

    /// <summary>All attempts of one life of a job, in order.</summary>
    Task<IReadOnlyList<Attempt>> OfJobAsync(Guid jobId, Guid generation, CancellationToken cancellationToken);

    /// <summary>Adds an attempt; false when its id is there already.</summary>
    Task<bool> OpenAsync(Attempt attempt, CancellationToken cancellationToken);

    /// <summary>Gives an open or uncertain attempt its task, claiming (account, task id) for it alone.</summary>
    /// <returns>What came of it; <see cref="TaskClaim.Recorded"/> also when it was recorded before.</returns>
    Task<TaskClaim> RecordTaskAsync(AttemptId id, string taskId, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>The attempt that holds a task, or null.</summary>
    Task<Attempt?> HolderAsync(string account, string taskId, CancellationToken cancellationToken);

    /// <summary>Records that an open or uncertain attempt surely made no task; false when it was neither, so that nothing changed.</summary>
    Task<bool> SettleNotCreatedAsync(AttemptId id, ProviderFailure failure, CancellationToken cancellationToken);

    /// <summary>Notes of an open attempt why there would be no task, should the provider's list show none: what its call's answer said.</summary>
    Task NoteAsync(AttemptId id, ProviderFailure cause, CancellationToken cancellationToken);

    /// <summary>Records that nobody can tell whether an open attempt made a task; false when it was not open.</summary>
    Task<bool> SettleUncertainAsync(AttemptId id, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a round look at an attempt at <paramref name="dueAt"/>, unless it surely has no task. An uncertain one is open again and its readings start anew; a closed one tells its end
    /// again, but one whose end was <see cref="TaskEnd.Unclear"/> is live again, without end, and its misses and mismatches are counted anew.
    /// </summary>
    Task RearmAsync(AttemptId id, DateTimeOffset dueAt, CancellationToken cancellationToken);

    /// <summary>The accounts that have attempts due.</summary>
    Task<IReadOnlyList<string>> AccountsDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>An account's attempts that are due, the longest due first.</summary>
    Task<IReadOnlyList<Attempt>> DueAsync(string account, DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>Writes what a round found, in one bulk. An attempt that was settled meanwhile keeps its state.</summary>
    Task SaveRoundAsync(IReadOnlyList<AttemptSighting> sightings, CancellationToken cancellationToken);

    /// <summary>Closes ended attempts, whose end was told.</summary>
    /// <returns>How many this call closed, so that each slot is given back once.</returns>
    Task<int> CloseAsync(IReadOnlyList<AttemptId> ids, CancellationToken cancellationToken);

    /// <summary>How many attempts of all accounts a round should have looked at by now.</summary>
    Task<long> CountDueAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>How many attempts of an account hold a slot: open, live, ended or uncertain.</summary>
    Task<int> CountInFlightAsync(string account, CancellationToken cancellationToken);

    /// <summary>Removes all attempts of one life of a job.</summary>
    Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken);
}

/// <summary>What a round found of one attempt.</summary>
/// <param name="Id">Which.</param>
/// <param name="DueAt">When to look again.</param>
/// <param name="Watch">What was seen so far.</param>
/// <param name="End">The end, if it came.</param>
public sealed record AttemptSighting(AttemptId Id, DateTimeOffset DueAt, AttemptWatch Watch, AttemptEnd? End = null);

/// <summary>What came of giving an attempt its task.</summary>
public enum TaskClaim
{
    /// <summary>The attempt has the task.</summary>
    Recorded,

    /// <summary>Another attempt has the task.</summary>
    TakenByAnother,

    /// <summary>The attempt has another task, or surely none.</summary>
    Refused,
}
