using Workers.Jobs;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Progress;

/// <summary>The jobs' store, with a board that sees every write: no event tells of each transition.</summary>
internal sealed class WatchedJobs(IJobs jobs, Board board) : IJobs
{
    public Task<Job?> FindAsync(Guid jobId, CancellationToken cancellationToken) => jobs.FindAsync(jobId, cancellationToken);

    public async Task<bool> AddAsync(Job job, CancellationToken cancellationToken) => Seen(job, await jobs.AddAsync(job, cancellationToken));

    public async Task<bool> ReplaceAsync(Job job, CancellationToken cancellationToken) => Seen(job, await jobs.ReplaceAsync(job, cancellationToken));

    public Task<IReadOnlyList<Job>> TakeDueAsync(DateTimeOffset now, TimeSpan longestInterval, int limit, CancellationToken cancellationToken) =>
        jobs.TakeDueAsync(now, longestInterval, limit, cancellationToken);

    public Task<IReadOnlyList<Job>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) => jobs.UnannouncedAsync(before, limit, cancellationToken);

    public Task MarkAnnouncedAsync(Guid jobId, int step, CancellationToken cancellationToken) => jobs.MarkAnnouncedAsync(jobId, step, cancellationToken);

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, PagePosition? after, int limit, CancellationToken cancellationToken) => jobs.ListAsync(query, after, limit, cancellationToken);

    public Task<IReadOnlyDictionary<string, long>> CountLiveAsync(CancellationToken cancellationToken) => jobs.CountLiveAsync(cancellationToken);

    public Task<DateTimeOffset?> OldestWaitingAsync(CancellationToken cancellationToken) => jobs.OldestWaitingAsync(cancellationToken);

    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken) => jobs.TenantsAsync(cancellationToken);

    public Task<IReadOnlyList<Job>> EndedAsync(string tenant, DateTimeOffset before, PagePosition? after, int limit, CancellationToken cancellationToken) =>
        jobs.EndedAsync(tenant, before, after, limit, cancellationToken);

    public Task<bool> RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) => jobs.RemoveAsync(jobId, generation, cancellationToken);

    private bool Seen(Job job, bool written)
    {
        if (written)
        {
            board.Saw(JobView.Of(job));
        }

        return written;
    }
}
