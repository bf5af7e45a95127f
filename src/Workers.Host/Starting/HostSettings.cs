using Workers.Jobs;

namespace Workers.Host.Starting;

/// <summary>What the command line asks for; all else is configuration.</summary>
internal sealed record HostSettings
{
    /// <summary>What this process does.</summary>
    public Roles Roles { get; init; } = Roles.All;

    /// <summary>Files of settings, and directories with a file for each, in order.</summary>
    public IReadOnlyList<string> Configurations { get; init; } = [];

    /// <summary>Accepts that what is known of jobs and paid tasks dies with the process.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Where health is answered; null: as configured.</summary>
    public string? Urls { get; init; }
}
