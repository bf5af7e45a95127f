using Workers.Contracts;

namespace Workers.Jobs.Alerts;

/// <summary>How each alert stands, one record each. Every write is of one record, and safe to repeat.</summary>
public interface IAlerts
{
    /// <summary>All of them, in the order of their ids.</summary>
    Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken);

    /// <summary>Adds an alert of version 1, or replaces one that still has the version before; false when it does not. Of two callers one is told that it did.</summary>
    Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken);

    /// <summary>Takes a change out of what is untold, if it is there still; whoever has read the alert before can then no longer replace it.</summary>
    Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken);

    /// <summary>Removes an alert that still has this version.</summary>
    Task RemoveAsync(Alert alert, CancellationToken cancellationToken);
}

/// <summary>How one alert stands: a rule, or one of the things that it watches.</summary>
public sealed record Alert
{
    /// <summary>The rule, and the subject where it has one: <c>account-paused/main</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Drawn when the record is made; part of its messages' ids.</summary>
    public required Guid Generation { get; init; }

    /// <summary>Grows by one with each write.</summary>
    public required long Version { get; init; }

    /// <summary>The rule's name.</summary>
    public required string Rule { get; init; }

    public required AlertKind Kind { get; init; }

    /// <summary>Which account or currency; null where the rule watches one thing.</summary>
    public string? Subject { get; init; }

    public string? TenantId { get; init; }
    public required AlertLevel Level { get; init; }
    public required AlertState State { get; init; }

    /// <summary>When it entered its state.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The last look that found out how it stands.</summary>
    public required DateTimeOffset LookedAt { get; init; }

    /// <summary>What that look measured, in the unit of the kind.</summary>
    public required decimal Value { get; init; }

    /// <summary>What it must not exceed.</summary>
    public required decimal Limit { get; init; }

    /// <summary>How it stands, for a person.</summary>
    public required string Reason { get; init; }

    /// <summary>Changes so far: firings and resolutions.</summary>
    public int Changes { get; init; }

    /// <summary>The changes whose message is not confirmed yet, oldest first.</summary>
    public IReadOnlyList<AlertChange> Untold { get; init; } = [];
}

/// <summary>Whether a person is needed.</summary>
public enum AlertState
{
    /// <summary>Nobody is.</summary>
    Quiet,

    /// <summary>The value lies above the limit, and not for long enough yet.</summary>
    Pending,

    /// <summary>Somebody is.</summary>
    Firing,
}

/// <summary>One firing or resolution, with all that its message says: told later, it is the same.</summary>
public sealed record AlertChange
{
    /// <summary>Its number in the life of the alert, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it has become: Firing, or Quiet.</summary>
    public required AlertState State { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>When it began to fire.</summary>
    public required DateTimeOffset FiredAt { get; init; }

    public required AlertLevel Level { get; init; }
    public string? TenantId { get; init; }
    public required decimal Value { get; init; }
    public required decimal Limit { get; init; }
    public required string Reason { get; init; }
}
