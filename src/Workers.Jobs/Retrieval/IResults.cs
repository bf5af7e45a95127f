using Workers.Contracts;

namespace Workers.Jobs.Retrieval;

/// <summary>The records of finished results.</summary>
public interface IResults
{
    /// <summary>Keeps the first result of one life of a job; later ones change nothing. Returns the one that is kept.</summary>
    Task<JobResult> KeepAsync(JobResult result, CancellationToken cancellationToken);

    Task<JobResult?> FindAsync(Guid jobId, Guid generation, CancellationToken cancellationToken);

    Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken);
}
