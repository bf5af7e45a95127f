using System.Globalization;

namespace Workers.Cli.Progress;

/// <summary>One line for each change of a line's state, for files, pipes and logs.</summary>
internal sealed class PlainLines(Board board, TextWriter writer, TimeProvider wall) : IProgressView
{
    private readonly long _began = wall.GetTimestamp();

    public void Begin() => board.Changed = Write;

    public ValueTask DisposeAsync()
    {
        board.Changed = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>The board calls from one thread at a time.</summary>
    private void Write(Row row)
    {
        var seconds = wall.GetElapsedTime(_began).TotalSeconds;
        var id = row.Line.JobId is { } job ? Words.Short(job) : "-";
        string[] details = [row.Job is { Attempt: > 1 } again ? FormattableString.Invariant($"attempt {again.Attempt}") : "", row.Job?.TaskId ?? "", Words.Money(row.Job?.Cost), Words.Note(row)];
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{seconds,7:0.00}s  {id,-8}  {row.Line.Name,-28}  {row.State,-10}  {string.Join("  ", details.Where(detail => detail.Length > 0))}").TrimEnd());
    }
}
