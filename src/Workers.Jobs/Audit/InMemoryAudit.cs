namespace Workers.Jobs.Audit;

/// <summary>The audit in this process.</summary>
internal sealed class InMemoryAudit : IAudit
{
    private readonly Lock _lock = new();

    // All three: under the lock, and of the same entries.
    private readonly Dictionary<Guid, AuditEntry> _byId = [];
    private readonly SortedSet<PagePosition> _byTime = [];
    private readonly Dictionary<Guid, SortedSet<PagePosition>> _byJob = [];

    public Task AppendAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // A copy: whoever made the entry may go on to change its details.
            if (_byId.TryAdd(entry.Id, entry with { Details = new Dictionary<string, string>(entry.Details, StringComparer.Ordinal) }))
            {
                _byTime.Add(entry.Position);
                if (entry.JobId is { } jobId)
                {
                    if (!_byJob.TryGetValue(jobId, out var ofJob))
                    {
                        _byJob[jobId] = ofJob = [];
                    }

                    ofJob.Add(entry.Position);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<AuditEntry>> OfJobAsync(Guid jobId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Read(_byJob.TryGetValue(jobId, out var ofJob) ? ofJob : []);
        }
    }

    public Task<IReadOnlyList<AuditEntry>> NewestAsync(PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Read(_byTime.NewestAfter(after).Take(limit));
        }
    }

    private Task<IReadOnlyList<AuditEntry>> Read(IEnumerable<PagePosition> positions) => Task.FromResult<IReadOnlyList<AuditEntry>>([.. positions.Select(position => _byId[position.Id])]);
}
