using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Retention;

/// <summary>
/// Removes one ended job with all that belongs to it: its files, then its children, then the job itself. As long as the job is there, whoever looks for ended jobs finds it: a removal that was
/// interrupted is taken up again, and nothing of the job outlives it.
/// </summary>
internal sealed class JobRemoval(IJobs jobs, IAttempts attempts, IResults results, IFailures failures, ResultFiles files)
{
    /// <param name="job">A job that has ended and was announced.</param>
    /// <param name="dryRun">Says what would be removed, and removes nothing.</param>
    /// <param name="cancellationToken">Interrupts the removal.</param>
    public async Task<Removal> RemoveAsync(Job job, bool dryRun, CancellationToken cancellationToken)
    {
        var (id, generation) = (job.CorrelationId, job.Generation);
        if (await IsWatchedAsync(job, cancellationToken))
        {
            return new Removal.Watched();
        }

        if (dryRun)
        {
            return new Removal.Removed(files.Measure(job.TenantId, id));
        }

        // The files' folder knows no generation. Another may have removed this job meanwhile, and its client have used the key again: then the folder is the new job's.
        if ((await jobs.FindAsync(id, cancellationToken))?.Generation != generation)
        {
            return new Removal.Gone();
        }

        var removed = files.Remove(job.TenantId, id);
        await attempts.RemoveAsync(id, generation, cancellationToken);
        await results.RemoveAsync(id, generation, cancellationToken);
        await failures.RemoveOfJobAsync(id, cancellationToken);
        return await jobs.RemoveAsync(id, generation, cancellationToken) ? new Removal.Removed(removed) : new Removal.Gone();
    }

    /// <summary>A task that may still be billed is watched to its end, whatever became of its job.</summary>
    private async Task<bool> IsWatchedAsync(Job job, CancellationToken cancellationToken) =>
        (await attempts.OfJobAsync(job.CorrelationId, job.Generation, cancellationToken)).Any(attempt => attempt.State is AttemptState.Open or AttemptState.Live or AttemptState.Ended);
}

/// <summary>What came of a removal.</summary>
internal abstract record Removal
{
    /// <summary>Nothing of the job is left, or would be.</summary>
    public sealed record Removed(FileCount Files) : Removal;

    /// <summary>The job stays: its task is still watched.</summary>
    public sealed record Watched : Removal;

    /// <summary>Somebody else removed it.</summary>
    public sealed record Gone : Removal;
}
