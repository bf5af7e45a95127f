namespace Workers.Jobs;

/// <summary>What a process of the fleet does. Any number of processes may have any of them.</summary>
[Flags]
public enum Roles
{
    /// <summary>Nothing: a process that only sends.</summary>
    None = 0,

    /// <summary>The saga, the sweep, the pruner, and what upstream sends.</summary>
    Lifecycle = 1,

    /// <summary>Has tasks made, and cancelled.</summary>
    Submission = 2,

    /// <summary>Watches tasks.</summary>
    Polling = 4,

    /// <summary>Fetches outputs.</summary>
    Retrieval = 8,

    /// <summary>Puts failures and dead letters on record.</summary>
    Failures = 16,

    /// <summary>The whole fleet in one process.</summary>
    All = Lifecycle | Submission | Polling | Retrieval | Failures,
}

/// <summary>The roles of this process.</summary>
public sealed record ProcessRoles(Roles Roles)
{
    /// <summary>Whether it calls providers with the keys of their accounts: to make tasks and stop them, to watch them, and to have outputs named anew.</summary>
    public bool CallProviders => (Roles & (Roles.Submission | Roles.Polling | Roles.Retrieval)) != Roles.None;
}
