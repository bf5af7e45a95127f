namespace Workers.CrashMatrix;

/// <summary>What the command line asks for.</summary>
internal sealed record MatrixSettings
{
    /// <summary>Runs with SIGKILL at each place.</summary>
    public required int Seeds { get; init; }

    /// <summary>Runs with SIGSTOP at each place.</summary>
    public required int Stops { get; init; }

    /// <summary>The rows; all where none is named.</summary>
    public required IReadOnlyList<string> Only { get; init; }

    /// <summary>Fleets at once.</summary>
    public required int Lanes { get; init; }

    /// <summary>How many seconds of the fleet pass in one of the wall clock's.</summary>
    public required double Scale { get; init; }

    /// <summary>The address of the store.</summary>
    public required string Store { get; init; }

    /// <summary>No server is crashed.</summary>
    public required bool ProcessesOnly { get; init; }

    /// <summary>What the processes wrote is kept, whatever they show.</summary>
    public required bool KeepLogs { get; init; }
}
