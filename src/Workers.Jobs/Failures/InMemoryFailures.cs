using Workers.Contracts;

namespace Workers.Jobs.Failures;

/// <summary>The records of failures in this process.</summary>
internal sealed class InMemoryFailures : IFailures
{
    private static readonly Comparer<Failure> ByTime = Comparer<Failure>.Create((one, other) =>
        one.At != other.At ? one.At.CompareTo(other.At) : string.CompareOrdinal(one.Id, other.Id));

    private readonly Lock _lock = new();

    // All three: under the lock, and of the same failures.
    private readonly Dictionary<string, Failure> _byId = new(StringComparer.Ordinal);
    private readonly SortedSet<Failure> _byTime = new(ByTime);
    private readonly Dictionary<Guid, SortedSet<Failure>> _byJob = [];

    public Task RecordAsync(Failure failure, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_byId.TryAdd(failure.Id, failure))
            {
                _byTime.Add(failure);
                if (failure.JobId is { } jobId)
                {
                    if (!_byJob.TryGetValue(jobId, out var ofJob))
                    {
                        _byJob[jobId] = ofJob = new SortedSet<Failure>(ByTime);
                    }

                    ofJob.Add(failure);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<Failure?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_byId.GetValueOrDefault(id));
        }
    }

    public Task<IReadOnlyDictionary<FailureBucket, int>> CountAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<FailureBucket, int>>(
                _byTime.Reverse().TakeWhile(failure => failure.At >= since).CountBy(failure => failure.Bucket).ToDictionary());
        }
    }

    public Task<long> CountAsync(FailureQuery query, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_byTime.Reverse().TakeWhile(failure => failure.At > query.Since).LongCount(failure =>
                (query.Bucket is null || failure.Bucket == query.Bucket)
                && (query.Provider is null || failure.Provider == query.Provider)
                && (query.TenantId is null || failure.TenantId == query.TenantId)
                && (!query.OnlyDeadLetters || failure.Id.StartsWith(Failure.DeadLetterPrefix, StringComparison.Ordinal))));
        }
    }

    public Task<IReadOnlyList<FailureCount>> TrendAsync(DateTimeOffset since, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<FailureCount>>(
            [
                .. _byTime.Reverse().TakeWhile(failure => failure.At >= since).Where(failure => failure.At < until)
                    .CountBy(failure => (failure.Bucket, failure.Provider, failure.TenantId, failure.Code, Hour: FailureTrends.HourOf(failure.At)))
                    .Select(group => new FailureCount
                    {
                        Bucket = group.Key.Bucket,
                        Provider = group.Key.Provider,
                        TenantId = group.Key.TenantId,
                        Code = group.Key.Code,
                        Hour = group.Key.Hour,
                        Count = group.Value,
                    }),
            ]);
        }
    }

    public Task<IReadOnlyList<Failure>> NewestAsync(FailureBucket bucket, string? tenant, DateTimeOffset since, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Failure>>([.. _byTime.Reverse().TakeWhile(failure => failure.At >= since).Where(failure => failure.Bucket == bucket && (tenant is null || failure.TenantId == tenant)).Take(limit)]);
        }
    }

    public Task<IReadOnlyList<Failure>> OfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Failure>>(_byJob.TryGetValue(jobId, out var ofJob) ? [.. ofJob] : []);
        }
    }

    public Task RemoveOfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_byJob.Remove(jobId, out var ofJob))
            {
                foreach (var failure in ofJob)
                {
                    _byTime.Remove(failure);
                    _byId.Remove(failure.Id);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            while (_byTime.Min is { } oldest && oldest.At < before)
            {
                _byTime.Remove(oldest);
                _byId.Remove(oldest.Id);
                if (oldest.JobId is { } jobId && _byJob[jobId] is var ofJob && ofJob.Remove(oldest) && ofJob.Count == 0)
                {
                    _byJob.Remove(jobId);
                }
            }
        }

        return Task.CompletedTask;
    }
}
