using System.Collections.Concurrent;
using Workers.Contracts;

namespace Workers.Jobs.Retrieval;

/// <summary>The records of finished results in this process.</summary>
internal sealed class InMemoryResults : IResults
{
    private readonly ConcurrentDictionary<(Guid JobId, Guid Generation), JobResult> _results = [];

    public Task<JobResult> KeepAsync(JobResult result, CancellationToken cancellationToken) =>
        Task.FromResult(_results.GetOrAdd((result.JobId, result.Generation), result));

    public Task<JobResult?> FindAsync(Guid jobId, Guid generation, CancellationToken cancellationToken) =>
        Task.FromResult(_results.GetValueOrDefault((jobId, generation)));

    public Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken)
    {
        _results.TryRemove((jobId, generation), out _);
        return Task.CompletedTask;
    }
}
