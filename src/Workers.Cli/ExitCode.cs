namespace Workers.Cli;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Every line ended as it should.</summary>
    public const int AsExpected = 0;

    /// <summary>The run itself failed, could not start, or was stopped.</summary>
    public const int NotRun = 1;

    /// <summary>Some lines ended otherwise than they should.</summary>
    public const int Otherwise = 2;
}
