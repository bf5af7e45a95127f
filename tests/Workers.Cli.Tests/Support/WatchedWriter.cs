namespace Workers.Cli.Tests.Support;

/// <summary>Keeps what was written, and tells when something was.</summary>
internal sealed class WatchedWriter : StringWriter
{
    private readonly Lock _lock = new();
    private readonly List<(string Text, TaskCompletionSource Seen)> _awaited = [];

    public override void Write(char value) => Keep(() => base.Write(value));

    public override void Write(char[] buffer, int index, int count) => Keep(() => base.Write(buffer, index, count));

    public override void Write(string? value) => Keep(() => base.Write(value));

    public override void WriteLine(string? value) => Keep(() => base.WriteLine(value));

    public override string ToString()
    {
        lock (_lock)
        {
            return base.ToString();
        }
    }

    /// <summary>Done once the text was written.</summary>
    public Task Seen(string text)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _awaited.Add((text, seen));
        }

        return seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private void Keep(Action write)
    {
        lock (_lock)
        {
            write();
            var written = base.ToString();
            foreach (var (_, seen) in _awaited.Where(awaited => written.Contains(awaited.Text, StringComparison.Ordinal)))
            {
                seen.TrySetResult();
            }
        }
    }
}
