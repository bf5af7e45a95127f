using Workers.Providers;

namespace Workers.Jobs.Submission;

/// <summary>The attempts' records in this process.</summary>
internal sealed class InMemoryAttempts : IAttempts
{
    private readonly Lock _lock = new();

    // Both: under the lock, and changed by Put alone, which keeps them in step.
    private readonly Dictionary<(Guid JobId, Guid Generation), SortedList<int, Attempt>> _attempts = [];
    private readonly Dictionary<string, AttemptIndex> _accounts = new(StringComparer.Ordinal);

    public Task<Attempt?> FindAsync(AttemptId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(id));
        }
    }

    public Task<IReadOnlyList<Attempt>> OfJobAsync(Guid jobId, Guid generation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Attempt>>([.. OfJob(jobId, generation)]);
        }
    }

    public Task<bool> OpenAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(attempt.Id) is not null)
            {
                return Task.FromResult(false);
            }

            Put(null, attempt);
            return Task.FromResult(true);
        }
    }

    public Task<TaskClaim> RecordTaskAsync(AttemptId id, string taskId, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(id) is not { State: AttemptState.Open or AttemptState.Uncertain } stored)
            {
                return Task.FromResult(Find(id)?.TaskId == taskId ? TaskClaim.Recorded : TaskClaim.Refused);
            }

            if (IndexOf(stored.Account).Holders.ContainsKey(taskId))
            {
                return Task.FromResult(TaskClaim.TakenByAnother);
            }

            Put(stored, stored with { State = AttemptState.Live, TaskId = taskId, DueAt = dueAt });
            return Task.FromResult(TaskClaim.Recorded);
        }
    }

    public Task<Attempt?> HolderAsync(string account, string taskId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(IndexOf(account).Holders.TryGetValue(taskId, out var id) ? Find(id) : null);
        }
    }

    public Task<bool> SettleNotCreatedAsync(AttemptId id, ProviderFailure failure, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored => stored.State is AttemptState.Open or AttemptState.Uncertain
            ? stored with { State = AttemptState.NotCreated, Failure = failure, DueAt = null, SlotReturned = true }
            : stored);

    public Task NoteAsync(AttemptId id, ProviderFailure cause, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored => stored.State is AttemptState.Open ? stored with { Failure = cause } : stored);

    public Task<bool> SettleUncertainAsync(AttemptId id, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored => stored.State is AttemptState.Open ? stored with { State = AttemptState.Uncertain, DueAt = null } : stored);

    public Task RearmAsync(AttemptId id, DateTimeOffset dueAt, CancellationToken cancellationToken) =>
        ChangeAsync(id, stored => stored.State switch
        {
            AttemptState.NotCreated => stored,
            AttemptState.Closed when stored.End!.Kind == TaskEnd.Unclear => stored with
            {
                State = AttemptState.Live,
                DueAt = dueAt,
                End = null,
                Watch = stored.Watch with { Misses = 0, Mismatches = 0 },
            },
            AttemptState.Closed => stored with { State = AttemptState.Ended, DueAt = dueAt },
            AttemptState.Uncertain => stored with
            {
                State = AttemptState.Open,
                DueAt = dueAt,
                Watch = stored.Watch with { AbsentReads = 0, FailedReads = 0 },
            },
            _ => stored with { DueAt = dueAt },
        });

    public Task<IReadOnlyList<string>> AccountsDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<string>>(
                [.. _accounts.Where(account => account.Value.Due.Count > 0 && account.Value.Due.Min.At <= now).Select(account => account.Key)]);
        }
    }

    public Task<IReadOnlyList<Attempt>> DueAsync(string account, DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Attempt>>(
                [.. IndexOf(account).Due.TakeWhile(due => due.At <= now).Take(limit).Select(due => _attempts[(due.JobId, due.Generation)][due.Number])]);
        }
    }

    public Task SaveRoundAsync(IReadOnlyList<AttemptSighting> sightings, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var seen in sightings)
            {
                if (Find(seen.Id) is { State: AttemptState.Open or AttemptState.Live or AttemptState.Ended } stored)
                {
                    // All but these stays as it is stored now: the round's own copy may be older than the attempt's task.
                    var saved = stored with { DueAt = seen.DueAt, Watch = seen.Watch };
                    Put(stored, seen.End is null ? saved : saved with { State = AttemptState.Ended, End = seen.End });
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<int> CloseAsync(IReadOnlyList<AttemptId> ids, CancellationToken cancellationToken)
    {
        var slots = 0;
        lock (_lock)
        {
            foreach (var id in ids)
            {
                if (Find(id) is { State: AttemptState.Ended } stored)
                {
                    Put(stored, stored with { State = AttemptState.Closed, DueAt = null, SlotReturned = true });
                    slots += stored.SlotReturned ? 0 : 1;
                }
            }
        }

        return Task.FromResult(slots);
    }

    public Task<long> CountDueAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_accounts.Values.Sum(account => account.Due.TakeWhile(due => due.At <= now).LongCount()));
        }
    }

    public Task<int> CountInFlightAsync(string account, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(IndexOf(account).InFlight);
        }
    }

    public Task RemoveAsync(Guid jobId, Guid generation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var attempt in OfJob(jobId, generation).ToList())
            {
                Put(attempt, null);
            }

            _attempts.Remove((jobId, generation));
        }

        return Task.CompletedTask;
    }

    /// <summary>Changes an attempt, if it is there and the change makes a difference; tells whether it did.</summary>
    private Task<bool> ChangeAsync(AttemptId id, Func<Attempt, Attempt> change)
    {
        lock (_lock)
        {
            if (Find(id) is not { } stored || change(stored) is var changed && ReferenceEquals(stored, changed))
            {
                return Task.FromResult(false);
            }

            Put(stored, changed);
            return Task.FromResult(true);
        }
    }

    private Attempt? Find(AttemptId id) => _attempts.GetValueOrDefault((id.JobId, id.Generation))?.GetValueOrDefault(id.Number);

    private IList<Attempt> OfJob(Guid jobId, Guid generation) => _attempts.GetValueOrDefault((jobId, generation))?.Values ?? [];

    private AttemptIndex IndexOf(string account)
    {
        if (!_accounts.TryGetValue(account, out var index))
        {
            _accounts[account] = index = new AttemptIndex();
        }

        return index;
    }

    private void Put(Attempt? was, Attempt? now)
    {
        if (was is not null)
        {
            IndexOf(was.Account).Take(was);
            _attempts[(was.Id.JobId, was.Id.Generation)].Remove(was.Id.Number);
        }

        if (now is not null)
        {
            IndexOf(now.Account).Add(now);
            if (!_attempts.TryGetValue((now.Id.JobId, now.Id.Generation), out var ofJob))
            {
                _attempts[(now.Id.JobId, now.Id.Generation)] = ofJob = [];
            }

            ofJob[now.Id.Number] = now;
        }
    }
}
