using System.Text.Json;

namespace Workers.Jobs.Lifecycle;

/// <summary>The jobs' documents in this process, as serialised copies: what a caller holds is never what is stored.</summary>
internal sealed class InMemoryJobs : IJobs
{
    private readonly Lock _lock = new();

    // All below: under the lock. The sets order the jobs by time, so that no question reads all of them.
    private readonly Dictionary<Guid, Document> _jobs = [];
    private readonly SortedSet<(DateTimeOffset At, Guid Id)> _due = [];
    private readonly SortedSet<(DateTimeOffset At, Guid Id)> _unannounced = [];
    private readonly SortedSet<(DateTimeOffset At, Guid Id)> _ended = [];

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

    public Task<IReadOnlyList<Job>> EndedAsync(DateTimeOffset before, int limit, CancellationToken cancellationToken) =>
        Read(OldestOf(_ended, before, limit));

    public Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_jobs.TryGetValue(jobId, out var stored) && stored.Generation == generation)
            {
                Put(stored, null);
            }
        }

        return Task.CompletedTask;
    }

    private List<Document> OldestOf(SortedSet<(DateTimeOffset At, Guid Id)> index, DateTimeOffset before, int limit)
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
        Reindex(_ended, was?.Ended, now?.Ended);
    }

    private static void Reindex(SortedSet<(DateTimeOffset At, Guid Id)> index, (DateTimeOffset, Guid)? was, (DateTimeOffset, Guid)? now)
    {
        if (was is { } old)
        {
            index.Remove(old);
        }

        if (now is { } entry)
        {
            index.Add(entry);
        }
    }

    private static TimeSpan Doubled(TimeSpan interval, TimeSpan longest) => interval >= longest / 2 ? longest : interval * 2;

    private static Task<IReadOnlyList<Job>> Read(List<Document> documents) =>
        Task.FromResult<IReadOnlyList<Job>>([.. documents.Select(document => document.Read())]);

    /// <summary>One job as it is stored. The sweep's members and the mark stand beside the text: they change without a new version, and then are the truth.</summary>
    private sealed record Document(byte[] Text, Guid Id, Guid Generation, int Version, string State, DateTimeOffset ChangedAt)
    {
        public DateTimeOffset? NextCheckAt { get; init; }
        public TimeSpan CheckInterval { get; init; }
        public int? Unannounced { get; init; }

        public (DateTimeOffset, Guid)? Due => NextCheckAt is { } at ? (at, Id) : null;
        public (DateTimeOffset, Guid)? ToAnnounce => Unannounced is null ? null : (ChangedAt, Id);
        public (DateTimeOffset, Guid)? Ended => Unannounced is null && State is "Succeeded" or "Failed" or "Cancelled" ? (ChangedAt, Id) : null;

        public static Document Of(Job job) =>
            new(JsonSerializer.SerializeToUtf8Bytes(job, JobsJson.Default.Job), job.CorrelationId, job.Generation, job.Version, job.State, job.ChangedAt)
            {
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
