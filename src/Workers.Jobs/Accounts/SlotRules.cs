namespace Workers.Jobs.Accounts;

/// <summary>When a call for a task may be made, the same in every store.</summary>
public static class SlotRules
{
    /// <summary>How long until it may help to ask a full account again: nobody knows when a task ends.</summary>
    private static readonly TimeSpan SlotWait = TimeSpan.FromSeconds(1);

    /// <summary>Generic cell rate algorithm: the even rate, and how far calls may run ahead of it, which is the burst less one.</summary>
    public static (TimeSpan Interval, TimeSpan Lead) Rate(AccountPace pace)
    {
        var interval = TimeSpan.FromMinutes(1) / pace.CreatesPerMinute;
        return (interval, interval * (Math.Max(1, pace.CreatesPerMinute / 10) - 1));
    }

    /// <summary>Why no call may be made now; null when one may.</summary>
    public static SlotAnswer? Judge(Account account, AccountPace pace, DateTimeOffset now)
    {
        if (account.Pause is { } pause && pause.Until > now)
        {
            return new SlotAnswer.Paused(pause);
        }

        if (account.InFlight >= pace.TasksInFlight)
        {
            return new SlotAnswer.Full(now + SlotWait, $"{account.InFlight} tasks are under way, of {pace.TasksInFlight}.");
        }

        var lead = Rate(pace).Lead;
        return account.NextCreateAt > now + lead ? new SlotAnswer.Full(account.NextCreateAt - lead, $"{pace.CreatesPerMinute} calls a minute are made.") : null;
    }
}
