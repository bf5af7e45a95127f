using Workers.Contracts;

namespace Workers.Jobs.Accounts;

/// <summary>What is true of each account now. Every write is one atomic operation on one record; a missing record is made by the first write.</summary>
public interface IAccounts
{
    /// <summary>The account as it stands; a fresh one where none was written yet.</summary>
    Task<Account> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Takes the right to make one call for a task now, and a serial number for it, if the account is open and has room.</summary>
    Task<SlotAnswer> TakeSlotAsync(string name, AccountPace pace, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Gives slots back.</summary>
    Task ReturnSlotsAsync(string name, int count, CancellationToken cancellationToken);

    /// <summary>Sets the slots in use to what was counted, if none was taken since <paramref name="seen"/> was read.</summary>
    Task CorrectInFlightAsync(Account seen, int counted, CancellationToken cancellationToken);

    /// <summary>No calls for tasks before the pause is over. The longer pause wins.</summary>
    Task PauseAsync(string name, AccountPause pause, CancellationToken cancellationToken);

    /// <summary>Opens a paused account.</summary>
    Task OpenAsync(string name, CancellationToken cancellationToken);

    /// <summary>Starts the next round of each of these accounts, unless one is under way or it is too early.</summary>
    /// <returns>The numbers of the rounds that were started, by account. Of two callers one gets each.</returns>
    Task<IReadOnlyDictionary<string, long>> StartRoundsAsync(IReadOnlyCollection<string> names, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>
    /// Makes a started round the caller's; false when somebody has it, when it is no longer this one, or when its time ran out. The message of a round may come twice, and two
    /// at work would ask the provider twice.
    /// </summary>
    Task<bool> TakeRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Holds a round that the caller took for another while; false when it is no longer this one, or its time ran out.</summary>
    Task<bool> RenewRoundAsync(string name, long round, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Ends a round if it is still this one; the next starts no earlier than <paramref name="next"/>.</summary>
    Task EndRoundAsync(string name, long round, DateTimeOffset next, CancellationToken cancellationToken);
}

/// <summary>One account.</summary>
public sealed record Account
{
    public required string Name { get; init; }

    /// <summary>Why and until when the account is closed, or null.</summary>
    public AccountPause? Pause { get; init; }

    /// <summary>Slots in use.</summary>
    public int InFlight { get; init; }

    /// <summary>Slots ever taken; deals the fingerprints.</summary>
    public long Serial { get; init; }

    /// <summary>The earliest time that keeps the rate for a call made now (generic cell rate algorithm: the theoretical arrival time).</summary>
    public DateTimeOffset NextCreateAt { get; init; }

    /// <summary>Number of the latest round.</summary>
    public long Round { get; init; }

    /// <summary>When the next round may start: the lease of one under way, or the rate of list calls.</summary>
    public DateTimeOffset NextRoundAt { get; init; }

    /// <summary>The latest round has not ended.</summary>
    public bool RoundUnderWay { get; init; }

    /// <summary>Somebody has the round that is under way.</summary>
    public bool RoundTaken { get; init; }
}

/// <summary>Why an account is closed.</summary>
public sealed record AccountPause(FailureBucket Bucket, string Reason, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>How hard an account may be used.</summary>
/// <param name="CreatesPerMinute">At an even rate, with a burst of a tenth of it.</param>
/// <param name="TasksInFlight">Slots.</param>
public sealed record AccountPace(int CreatesPerMinute, int TasksInFlight);

/// <summary>The answer to a request for a slot.</summary>
public abstract record SlotAnswer
{
    /// <summary>The call may be made.</summary>
    public sealed record Taken(long Serial) : SlotAnswer;

    /// <summary>Not now: too many calls or too many tasks. <paramref name="Until"/> is when asking again may help.</summary>
    public sealed record Full(DateTimeOffset Until, string Reason) : SlotAnswer;

    /// <summary>Not now: the account is closed.</summary>
    public sealed record Paused(AccountPause Pause) : SlotAnswer;
}
