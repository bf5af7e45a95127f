using System.Text.Json;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>The jobs' documents in this process, as serialised copies: what a caller holds is never what is stored.</summary>
internal sealed class InMemoryJobs : IJobs
{
    private readonly Lock _lock = new();

    // All below: under the lock. The sets order the jobs by time, so that no question reads all of them.
    private readonly Dictionary<Guid, Document> _jobs = [];
    private readonly SortedSet<PagePosition> _due = [];
    private readonly SortedSet<PagePosition> _unannounced = [];
    private readonly SortedSet<PagePosition> _submitted = [];
    private readonly Dictionary<string, OfTenant> _tenants = new(StringComparer.Ordinal);

    public Task<Job?> FindAsync(Guid jobId, CancellationToken cancellationToken)
    {
        Document? found;
        lock (_lock)
        {
            found = _jobs.GetValueOrDefault(jobId);
        }

        return Task.FromResult(found?.Read());
    }

    public Task<bool> AddAsync(Job job, CancellationToken cancellationToken)
    {
        var added = Document.Of(job);
        lock (_lock)
        {
            if (_jobs.ContainsKey(added.Id))
            {
                return Task.FromResult(false);
            }

            Put(null, added);
            return Task.FromResult(true);
        }
    }

    public Task<bool> ReplaceAsync(Job job, CancellationToken cancellationToken)
    {
        var replacement = Document.Of(job);
        lock (_lock)
        {
            if (!_jobs.TryGetValue(replacement.Id, out var stored) || stored.Version != replacement.Version - 1)
            {
                return Task.FromResult(false);
            }

            Put(stored, replacement);
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<Job>> TakeDueAsync(DateTimeOffset now, TimeSpan longestInterval, int limit, CancellationToken cancellationToken)
    {
        List<Document> taken = [];
        lock (_lock)
        {
            foreach (var (_, id) in _due.TakeWhile(due => due.At <= now).Take(limit).ToList())
            {
                var stored = _jobs[id];

                // From now, not from when it was due: a job that was due long ago would be due again at once.
                var moved = stored with { NextCheckAt = now + stored.CheckInterval, CheckInterval = Doubled(stored.CheckInterval, longestInterval) };
                Put(stored, moved);
                taken.Add(moved);
            }
        }

        return Read(taken);
    }

    public Task<IReadOnlyList<Job>> UnannouncedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        Read(OldestOf(_unannounced, before, limit));

    public Task MarkAnnouncedAsync(Guid jobId, int step, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_jobs.TryGetValue(jobId, out var stored) && stored.Unannounced == step)
            {
                Put(stored, stored with { Unannounced = null });
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Job>> ListAsync(JobQuery query, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        var states = query.States;
        List<Document> page;
        lock (_lock)
        {
            var all = query.TenantId is not { } tenant ? _submitted : _tenants.TryGetValue(tenant, out var ofTenant) ? ofTenant.Submitted : [];
            page = [.. all.NewestAfter(after)
                .TakeWhile(position => query.Since is not { } since || position.At >= since)
                .Select(position => _jobs[position.Id])
                .Where(job => states?.Contains(job.State, StringComparer.Ordinal) != false
                    && (query.Bucket is null || job.Bucket == query.Bucket)
                    && (query.UserHash is null || job.UserHash == query.UserHash))
                .Take(limit)];
        }

        return Read(page);
    }

    public Task<IReadOnlyDictionary<string, long>> CountLiveAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<string, long>>(
                _jobs.Values.Where(job => JobSteps.PhaseOf(job.State) != Phase.Terminal).CountBy(job => job.State).ToDictionary(state => state.Key, state => (long)state.Value, StringComparer.Ordinal));
        }
    }

    public Task<DateTimeOffset?> OldestWaitingAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_jobs.Values.Where(job => job.State == nameof(JobLifecycle.Waiting)).Min(job => (DateTimeOffset?)job.ChangedAt));
        }
    }

    public Task<IReadOnlyList<string>> TenantsAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _tenants.Keys]);
        }
    }

    public Task<IReadOnlyList<Job>> EndedAsync(string tenant, DateTimeOffset before, PagePosition? after, int limit, CancellationToken cancellationToken)
    {
        List<Document> batch;
        lock (_lock)
        {
            batch = _tenants.TryGetValue(tenant, out var ofTenant)
                ? [.. ofTenant.Ended.SkipWhile(end => after is not null && end <= after).TakeWhile(end => end.At < before).Take(limit).Select(end => _jobs[end.Id])]
                : [];
        }

        return Read(batch);
    }

    public Task<bool> RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_jobs.TryGetValue(jobId, out var stored) || stored.Generation != generation)
            {
                return Task.FromResult(false);
            }

            Put(stored, null);
            return Task.FromResult(true);
        }
    }

    private List<Document> OldestOf(SortedSet<PagePosition> index, DateTimeOffset before, int limit)
    {
        lock (_lock)
        {
            return [.. index.TakeWhile(entry => entry.At < before).Take(limit).Select(entry => _jobs[entry.Id])];
        }
    }

    private void Put(Document? was, Document? now)
    {
        if (now is not null)
        {
            _jobs[now.Id] = now;
        }
        else if (was is not null)
        {
            _jobs.Remove(was.Id);
        }

        Reindex(_due, was?.Due, now?.Due);
        Reindex(_unannounced, was?.ToAnnounce, now?.ToAnnounce);
        Reindex(_submitted, was?.Submitted, now?.Submitted);
        if (was is not null && _tenants[was.TenantId] is var old)
        {
            old.Submitted.Remove(was.Submitted);
            old.Ended.Remove(was.End);
            if (old.Submitted.Count == 0)
            {
                _tenants.Remove(was.TenantId);
            }
        }

        if (now is not null)
        {
            if (!_tenants.TryGetValue(now.TenantId, out var ofTenant))
            {
                _tenants[now.TenantId] = ofTenant = new OfTenant([], []);
            }

            ofTenant.Submitted.Add(now.Submitted);
            if (now.HasEnded)
            {
                ofTenant.Ended.Add(now.End);
            }
        }
    }

    private static void Reindex(SortedSet<PagePosition> index, PagePosition? was, PagePosition? now)
    {
        if (was is not null)
        {
            index.Remove(was);
        }

        if (now is not null)
        {
            index.Add(now);
        }
    }

    private static TimeSpan Doubled(TimeSpan interval, TimeSpan longest) => interval >= longest / 2 ? longest : interval * 2;

    private static Task<IReadOnlyList<Job>> Read(List<Document> documents) =>
        Task.FromResult<IReadOnlyList<Job>>([.. documents.Select(document => document.Read())]);

    /// <summary>A tenant's jobs by submission, and those of them that ended and were announced by their end.</summary>
    private sealed record OfTenant(SortedSet<PagePosition> Submitted, SortedSet<PagePosition> Ended);

    /// <summary>One job as it is stored. The sweep's members and the mark stand beside the text: they change without a new version, and then are the truth.</summary>
    private sealed record Document(byte[] Text, Guid Id, Guid Generation, int Version, string TenantId, string State, DateTimeOffset ChangedAt)
    {
        public DateTimeOffset SubmittedAt { get; init; }
        public string? UserHash { get; init; }
        public FailureBucket? Bucket { get; init; }
        public DateTimeOffset? NextCheckAt { get; init; }
        public TimeSpan CheckInterval { get; init; }
        public int? Unannounced { get; init; }

        public PagePosition? Due => NextCheckAt is { } at ? new(at, Id) : null;
        public PagePosition? ToAnnounce => Unannounced is null ? null : End;
        public PagePosition Submitted => new(SubmittedAt, Id);
        public PagePosition End => new(ChangedAt, Id);
        public bool HasEnded => Unannounced is null && JobSteps.PhaseOf(State) == Phase.Terminal;

        public static Document Of(Job job) =>
            new(JsonSerializer.SerializeToUtf8Bytes(job, JobsJson.Default.Job), job.CorrelationId, job.Generation, job.Version, job.TenantId, job.State, job.ChangedAt)
            {
                SubmittedAt = job.SubmittedAt,
                UserHash = job.UserHash,
                Bucket = job.Trouble?.Bucket,
                NextCheckAt = job.NextCheckAt,
                CheckInterval = job.CheckInterval,
                Unannounced = job.Unannounced,
            };

        public Job Read()
        {
            var job = JsonSerializer.Deserialize(Text, JobsJson.Default.Job)!;
            job.NextCheckAt = NextCheckAt;
            job.CheckInterval = CheckInterval;
            job.Unannounced = Unannounced;
            return job;
        }
    }
}
