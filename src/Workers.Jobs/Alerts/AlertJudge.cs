namespace Workers.Jobs.Alerts;

/// <summary>What becomes of an alert at a look. All that it goes by is on the alert's record, so that a restart changes nothing.</summary>
/// <param name="interval">How often the rules are looked at.</param>
internal sealed class AlertJudge(TimeSpan interval)
{
    /// <summary>Looks that are missing before nobody can say that a value lay above its limit all the time.</summary>
    private const int MissedLooks = 3;

    /// <summary>Looks without a measure after which the thing itself is gone: by then all processes have the same rules.</summary>
    private const int GoneLooks = 10;

    /// <summary>The id of the alert of a rule, or of one of the things that it watches.</summary>
    public static string IdOf(string rule, string? subject) => subject is null ? rule : $"{rule}/{subject}";

    /// <summary>The alert after a look.</summary>
    /// <param name="name">The rule's.</param>
    /// <param name="rule">What it must not exceed, and for how long it may.</param>
    /// <param name="measure">What the look measured; its value is known.</param>
    /// <param name="was">The alert before it; null: there is none yet.</param>
    /// <param name="now">When that was.</param>
    /// <param name="generation">What to call a new one.</param>
    public Alert Judge(string name, AlertRule rule, Measure measure, Alert? was, DateTimeOffset now, Func<Guid> generation)
    {
        var (state, since) = Next(rule, measure.Value!.Value > rule.Limit, was, now);
        var alert = new Alert
        {
            Id = IdOf(name, measure.Subject),
            Generation = was?.Generation ?? generation(),
            Version = (was?.Version ?? 0) + 1,
            Rule = name,
            Kind = rule.Kind!.Value,
            Subject = measure.Subject,
            TenantId = rule.Tenant,
            Level = rule.Level,
            State = state,
            Since = since,
            LookedAt = now,
            Value = measure.Value.Value,
            Limit = rule.Limit,
            Reason = measure.Reason,
            Changes = was?.Changes ?? 0,
            Untold = was?.Untold ?? [],
        };
        return (state == AlertState.Firing) == (was?.State == AlertState.Firing) ? alert : Changed(alert, was, now);
    }

    /// <summary>Whether an alert that this look has not seen is of a rule or thing that is no longer there; before that it may merely be unknown to this process.</summary>
    public bool IsGone(Alert was, DateTimeOffset now) => now - was.LookedAt >= GoneLooks * interval;

    /// <summary>A firing alert of something that is gone.</summary>
    public static Alert Resolve(Alert was, DateTimeOffset now) =>
        Changed(was with { Version = was.Version + 1, State = AlertState.Quiet, Since = now, Value = 0, Reason = "It is no longer watched" }, was, now);

    private (AlertState State, DateTimeOffset Since) Next(AlertRule rule, bool isOver, Alert? was, DateTimeOffset now)
    {
        if (!isOver)
        {
            return was?.State == AlertState.Quiet ? (AlertState.Quiet, was.Since) : (AlertState.Quiet, now);
        }

        if (was?.State == AlertState.Firing)
        {
            return (AlertState.Firing, was.Since);
        }

        var since = was?.State == AlertState.Pending && now - was.LookedAt <= MissedLooks * interval ? was.Since : now;
        return now - since >= rule.For ? (AlertState.Firing, now) : (AlertState.Pending, since);
    }

    private static Alert Changed(Alert alert, Alert? was, DateTimeOffset now)
    {
        var change = new AlertChange
        {
            Number = alert.Changes + 1,
            State = alert.State,
            At = now,
            FiredAt = alert.State == AlertState.Firing ? now : was!.Since,
            Level = alert.Level,
            TenantId = alert.TenantId,
            Value = alert.Value,
            Limit = alert.Limit,
            Reason = alert.Reason,
        };
        return alert with { Changes = change.Number, Untold = [.. alert.Untold, change] };
    }
}
