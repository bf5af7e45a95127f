using Workers.Contracts;

namespace Workers.Cli.Progress;

/// <summary>What the fleet answered to a submission.</summary>
internal abstract record Answer
{
    /// <summary>There is a job for it.</summary>
    /// <param name="Duplicate">It was there before.</param>
    public sealed record Accepted(bool Duplicate) : Answer;

    /// <summary>There is no job for it.</summary>
    public sealed record Rejected(IReadOnlyList<InputFault> Faults) : Answer;
}
