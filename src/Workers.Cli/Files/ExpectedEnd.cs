using System.Diagnostics.CodeAnalysis;
using Workers.Contracts;

namespace Workers.Cli.Files;

/// <summary>How a line can end. The words are those of the files, in lower case.</summary>
internal enum EndKind
{
    Succeeded,
    Failed,
    Blocked,
    Cancelled,

    /// <summary>The submission made no job.</summary>
    Rejected,

    /// <summary>The submission was answered with the job that was there already.</summary>
    Duplicate,

    /// <summary>The run was over first.</summary>
    Unfinished,
}

/// <summary>How a line ended, or should end.</summary>
/// <param name="Kind">The end.</param>
/// <param name="Bucket">The cause of a failure or block; null in an expectation: any.</param>
internal sealed record End(EndKind Kind, FailureBucket? Bucket = null)
{
    public const string Rule = "expectedEnd is succeeded, failed, blocked, cancelled, rejected or duplicate; failed and blocked may name a bucket, for example failed:ContentPolicy";

    /// <summary>What a line without an expectation should reach.</summary>
    public static End Success { get; } = new(EndKind.Succeeded);

    /// <summary>Whether an end is the one that this expectation names.</summary>
    public bool IsMetBy(End end) => end.Kind == Kind && (Bucket is null || Bucket == end.Bucket);

    public static bool TryParse(string? text, [NotNullWhen(true)] out End? end)
    {
        end = null;
        var parts = (text ?? "").Split(':', 2);
        if (!IsWord<EndKind>(parts[0], out var kind) || kind == EndKind.Unfinished)
        {
            return false;
        }

        if (parts.Length == 1)
        {
            end = new End(kind);
            return true;
        }

        if (kind is not (EndKind.Failed or EndKind.Blocked) || !IsWord<FailureBucket>(parts[1], out var bucket))
        {
            return false;
        }

        end = new End(kind, bucket);
        return true;
    }

    /// <summary>As files write it.</summary>
    public override string ToString()
    {
        var word = $"{Kind}".ToLowerInvariant();
        return Bucket is { } bucket ? $"{word}:{bucket}" : word;
    }

    /// <summary>Numbers would be taken for enumeration values.</summary>
    private static bool IsWord<T>(string text, out T value)
        where T : struct, Enum
    {
        value = default;
        return text.Length > 0 && char.IsLetter(text[0]) && !text.Contains(',', StringComparison.Ordinal) && Enum.TryParse(text, ignoreCase: true, out value);
    }
}
