namespace Workers.CrashMatrix.Rows;

/// <summary>What one run has shown.</summary>
/// <param name="Row">The row of the table that it counts for.</param>
internal sealed record Findings(string Row)
{
    public int Kills { get; init; }

    public int Jobs { get; init; }

    public int Lost { get; init; }

    public int Doubled { get; init; }

    public int Adopted { get; init; }

    public int Uncertain { get; init; }

    /// <summary>From the first death to the last job's end.</summary>
    public TimeSpan Recovery { get; init; }

    /// <summary>What must not be, in words.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Whether nothing was lost or doubled, and nothing else is wrong.</summary>
    public bool IsClean => Lost == 0 && Doubled == 0 && Problems.Count == 0;

    public Findings Plus(Findings other) => new(Row)
    {
        Kills = Kills + other.Kills,
        Jobs = Jobs + other.Jobs,
        Lost = Lost + other.Lost,
        Doubled = Doubled + other.Doubled,
        Adopted = Adopted + other.Adopted,
        Uncertain = Uncertain + other.Uncertain,
        Recovery = Recovery > other.Recovery ? Recovery : other.Recovery,
        Problems = [.. Problems, .. other.Problems],
    };
}
