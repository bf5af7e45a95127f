namespace Workers.Jobs.Lifecycle;

/// <summary>The jobs' documents. Every write touches one document, and is safe to repeat.</summary>
/// <remarks>What is read is a copy: changing it changes nothing until it is written. A store that is away throws; nothing is then known of the write.</remarks>
public interface IJobs
{
    Task<Job?> FindAsync(Guid jobId, CancellationToken cancellationToken);

    /// <summary>Adds a job; false when the id is there already.</summary>
    Task<bool> AddAsync(Job job, CancellationToken cancellationToken);

    /// <summary>Replaces a job that still has the version before <see cref="Job.Version"/>; false when it does not.</summary>
    Task<bool> ReplaceAsync(Job job, CancellationToken cancellationToken);

    /// <summary>
    /// Jobs whose <see cref="Job.NextCheckAt"/> has come, the longest due first. Each one's next check is moved on by its interval, and the interval doubled up to
    /// <paramref name="longestInterval"/>, before it is returned: of two callers one gets it.
    /// </summary>
    Task<IReadOnlyList<Job>> TakeDueAsync(DateTimeOffset now, TimeSpan longestInterval, int limit, CancellationToken cancellationToken);

    /// <summary>Jobs that entered their present state before <paramref name="before"/> and whose event was not confirmed, oldest first.</summary>
    Task<IReadOnlyList<Job>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken);

    /// <summary>Takes the mark away, if it still stands for this step.</summary>
    Task MarkAnnouncedAsync(Guid jobId, int step, CancellationToken cancellationToken);

    /// <summary>Jobs, newest first by submission, those of one moment by their ids.</summary>
    /// <param name="query">Which.</param>
    /// <param name="after">Where the page before ended (<see cref="JobQuery.PositionOf"/>); null: the first page.</param>
    /// <param name="limit">How many at most; fewer are the last ones.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<Job>> ListAsync(JobQuery query, PagePosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>How many jobs there are in each state but the terminal ones; a state without any is not there.</summary>
    Task<IReadOnlyDictionary<string, long>> CountLiveAsync(CancellationToken cancellationToken);

    /// <summary>Since when the job waits that has been in the state Waiting for longest; null: none waits.</summary>
    Task<DateTimeOffset?> OldestWaitingAsync(CancellationToken cancellationToken);

    /// <summary>The tenants that have jobs, in no order.</summary>
    Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken);

    /// <summary>A tenant's jobs that ended before <paramref name="before"/> and were announced, oldest end first.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="before">When.</param>
    /// <param name="after">The end (<see cref="Job.ChangedAt"/>) and id of the last job of the batch before; null: the first batch.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<Job>> EndedAsync(string tenant, DateTimeOffset before, PagePosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Removes a job if it is still this generation; of two callers one is told that it did.</summary>
    Task<bool> RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken);
}
