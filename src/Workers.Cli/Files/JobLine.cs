using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Files;

/// <summary>One line of a file of jobs.</summary>
internal sealed record JobLine
{
    /// <summary>Its number in the file, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>What it asks for, or null where it can't be read.</summary>
    public required SubmitJob? Submission { get; init; }

    /// <summary>How it should end, where it says so.</summary>
    public required End? Expected { get; init; }

    /// <summary>Why it can't be read.</summary>
    public IReadOnlyList<InputFault> Faults { get; init; } = [];

    /// <summary>How it should end.</summary>
    public End Goal => Expected ?? End.Success;

    /// <summary>Whether it stops a run: what can't be read does, unless the line says that it should be rejected.</summary>
    public bool IsBad => Faults.Count > 0 && Expected?.Kind != EndKind.Rejected;

    /// <summary>The job that it asks for, whether or not it keeps the rules; null where it can't be read.</summary>
    public Guid? JobId => Submission is null ? null : JobIdentity.JobId(Submission);

    /// <summary>The client's own name for the job, or the line's number.</summary>
    public string Name => Submission?.IdempotencyKey is { Length: > 0 and <= 64 } key ? key : FormattableString.Invariant($"line {Number}");
}
