using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Retention;

/// <summary>
/// Removes one ended job with all that belongs to it: its attempts, its files, its other children, then the job itself. As long as the job is there, whoever looks for ended jobs finds it: a removal that was
/// interrupted is taken up again, and nothing of the job outlives it.
/// </summary>
internal sealed class JobRemoval(IJobs jobs, IAttempts attempts, IResults results, IFailures failures, ResultFiles files)
{
    /// <param name="job">A job that has ended and was announced.</param>
    /// <param name="dryRun">Says what would be removed, and removes nothing.</param>
    /// <param name="filesGone">Somebody knows that files which are not there are nowhere else.</param>
    /// <param name="cancellationToken">Interrupts the removal.</param>
    public async Task<Removal> RemoveAsync(Job job, bool dryRun, bool filesGone, CancellationToken cancellationToken)
    {
        var (id, generation) = (job.CorrelationId, job.Generation);
        var made = await attempts.OfJobAsync(id, generation, cancellationToken);
        if (made.Any(attempt => attempt.State is AttemptState.Open or AttemptState.Live or AttemptState.Ended))
        {
            return new Removal.Watched(); // a task that may still be billed is watched to its end, whatever became of its job
        }

        // Files without attempts are those of a removal that was interrupted: attempts go first.
        if (!filesGone && made.Count > 0 && await CountMissingAsync(job, cancellationToken) is > 0 and var missing)
        {
            return new Removal.FilesMissing(missing);
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

        await attempts.RemoveAsync(id, generation, cancellationToken);
        var removed = files.Remove(job.TenantId, id);
        await results.RemoveAsync(id, generation, cancellationToken);
        await failures.RemoveOfJobAsync(id, cancellationToken);
        return await jobs.RemoveAsync(id, generation, cancellationToken) ? new Removal.Removed(removed) : new Removal.Gone();
    }

    /// <summary>Of the files that the job's records name, those that are not in this folder: where there is another, nobody would find them any more.</summary>
    private async Task<int> CountMissingAsync(Job job, CancellationToken cancellationToken)
    {
        var missing = files.CountMissing(job.Outputs);
        return missing > 0 || job.State == nameof(JobLifecycle.Succeeded)
            ? missing
            : files.CountMissing((await results.FindAsync(job.CorrelationId, job.Generation, cancellationToken))?.Outputs ?? []);
    }
}

/// <summary>What came of a removal.</summary>
internal abstract record Removal
{
    /// <summary>Nothing of the job is left, or would be.</summary>
    public sealed record Removed(FileCount Files) : Removal;

    /// <summary>The job stays: its task is still watched.</summary>
    public sealed record Watched : Removal;

    /// <summary>The job stays: files that its records name are not in this folder.</summary>
    public sealed record FilesMissing(int Files) : Removal;

    /// <summary>Somebody else removed it.</summary>
    public sealed record Gone : Removal;
}
