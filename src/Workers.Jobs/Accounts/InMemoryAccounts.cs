namespace Workers.Jobs.Accounts;

/// <summary>The accounts' records in this process.</summary>
internal sealed class InMemoryAccounts : IAccounts
{
    private readonly Lock _lock = new();

    // Under the lock.
    private readonly Dictionary<string, Account> _accounts = new(StringComparer.Ordinal);

    public Task<Account> GetAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Get(name));
        }
    }

    public Task<SlotAnswer> TakeSlotAsync(string name, AccountPace pace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(TakeSlot(Get(name), pace, now));
        }
    }

    public Task ReturnSlotsAsync(string name, int count, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var account = Get(name);
            _accounts[name] = account with { InFlight = Math.Max(0, account.InFlight - count) };
        }

        return Task.CompletedTask;
    }

    public Task CorrectInFlightAsync(Account seen, int counted, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Get(seen.Name) is var account && account.Serial == seen.Serial)
            {
                _accounts[seen.Name] = account with { InFlight = counted };
            }
        }

        return Task.CompletedTask;
    }

    public Task PauseAsync(string name, AccountPause pause, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Get(name) is var account && (account.Pause is null || account.Pause.Until < pause.Until))
            {
                _accounts[name] = account with { Pause = pause };
            }
        }

        return Task.CompletedTask;
    }

    public Task OpenAsync(string name, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _accounts[name] = Get(name) with { Pause = null };
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyDictionary<string, long>> StartRoundsAsync(IReadOnlyCollection<string> names, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // One time stands for both reasons to wait: the lease of a round under way, else the rate of list calls.
            Dictionary<string, long> started = [];
            foreach (var account in names.Select(Get).Where(account => account.NextRoundAt <= now).ToList())
            {
                _accounts[account.Name] = account with { Round = account.Round + 1, RoundUnderWay = true, RoundTaken = false, NextRoundAt = now + lease };
                started[account.Name] = account.Round + 1;
            }

            return Task.FromResult<IReadOnlyDictionary<string, long>>(started);
        }
    }

    public Task<bool> TakeRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldRound(name, round, taken: false, now, lease);

    public Task<bool> RenewRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
        HoldRound(name, round, taken: true, now, lease);

    public Task EndRoundAsync(string name, long round, DateTimeOffset next, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Get(name) is var account && account.Round == round)
            {
                _accounts[name] = account with { RoundUnderWay = false, RoundTaken = false, NextRoundAt = next };
            }
        }

        return Task.CompletedTask;
    }

    private Task<bool> HoldRound(string name, long round, bool taken, DateTimeOffset now, TimeSpan lease)
    {
        lock (_lock)
        {
            if (Get(name) is not { RoundUnderWay: true } account || account.Round != round || account.RoundTaken != taken || account.NextRoundAt <= now)
            {
                return Task.FromResult(false);
            }

            _accounts[name] = account with { RoundTaken = true, NextRoundAt = now + lease };
            return Task.FromResult(true);
        }
    }

    private Account Get(string name) => _accounts.GetValueOrDefault(name) ?? new Account { Name = name };

    private SlotAnswer TakeSlot(Account account, AccountPace pace, DateTimeOffset now)
    {
        if (SlotRules.Judge(account, pace, now) is { } refusal)
        {
            return refusal;
        }

        var arrival = account.NextCreateAt > now ? account.NextCreateAt : now;
        _accounts[account.Name] = account with { InFlight = account.InFlight + 1, Serial = account.Serial + 1, NextCreateAt = arrival + SlotRules.Rate(pace).Interval };
        return new SlotAnswer.Taken(account.Serial + 1);
    }
}
