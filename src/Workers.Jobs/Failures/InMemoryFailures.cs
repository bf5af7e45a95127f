using Workers.Contracts;

namespace Workers.Jobs.Failures;

/// <summary>The records of failures in this process.</summary>
internal sealed class InMemoryFailures : IFailures
{
    private static readonly Comparer<Failure> ByTime = Comparer<Failure>.Create((one, other) =>
        one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Id, other.Id));

    private readonly Lock _lock = new();

    // All three: under the lock, and of the same failures.
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly SortedSet<Failure> _byTime = new(ByTime);
    private readonly Dictionary<Guid, SortedSet<Failure>> _byJob = [];

    public Task RecordAsync(Failure failure, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_ids.Add(failure.Id))
            {
                _byTime.Add(failure);
                if (!_byJob.TryGetValue(failure.JobId, out var ofJob))
                {
                    _byJob[failure.JobId] = ofJob = new SortedSet<Failure>(ByTime);
                }

                ofJob.Add(failure);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<FailureBucket, int>>(
                _byTime.Reverse().TakeWhile(failure => failure.At >= since).CountBy(failure => failure.Bucket).ToDictionary());
        }
    }

    public Task<IReadOnlyList<Failure>> OfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Failure>>(_byJob.TryGetValue(jobId, out var ofJob) ? [.. ofJob] : []);
        }
    }

    public Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            while (_byTime.Min is { } oldest && oldest.At < before)
            {
                _byTime.Remove(oldest);
                _ids.Remove(oldest.Id);
                var ofJob = _byJob[oldest.JobId];
                ofJob.Remove(oldest);
                if (ofJob.Count == 0)
                {
                    _byJob.Remove(oldest.JobId);
                }
            }
        }

        return Task.CompletedTask;
    }
}
