using Workers.Cli.Files;

namespace Workers.Cli.Progress;

/// <summary>What is known of every line. Safe for any thread.</summary>
internal sealed class Board
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // All under the lock.
    private readonly Row[] _rows;
    private readonly Dictionary<int, int> _byNumber;
    private readonly ILookup<Guid?, int> _ofJob;
    private readonly HashSet<int> _open;

    public Board(IReadOnlyList<JobLine> lines)
    {
        HashSet<Guid> asked = [];
        _rows = [.. lines.Select(line => new Row(line, null, null, IsRepeat: line.JobId is { } job && !asked.Add(job)))];
        _byNumber = lines.Index().ToDictionary(line => line.Item.Number, line => line.Index);
        _ofJob = lines.Index().Where(line => line.Item.JobId is not null).ToLookup(line => line.Item.JobId, line => line.Index);
        _open = [.. _rows.Index().Where(row => row.Item.End is null).Select(row => row.Index)];
        EndIfDone();
    }

    /// <summary>Told of each change of a row's state, one at a time and in their order.</summary>
    public Action<Row>? Changed { get; set; }

    /// <summary>Done once every line has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>All rows as they stand now, in the order of the file.</summary>
    public IReadOnlyList<Row> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows];
            }
        }
    }

    /// <summary>A submission was answered.</summary>
    public void Heard(JobLine line, Answer answer)
    {
        lock (_lock)
        {
            var index = _byNumber[line.Number];
            Put(index, _rows[index] with { Answer = answer });
        }
    }

    /// <summary>A job was written. Writes may be seen out of their order.</summary>
    public void Saw(JobView job)
    {
        lock (_lock)
        {
            foreach (var index in _ofJob[job.Id].Where(index => _rows[index].Job is not { } known || known.Version < job.Version))
            {
                Put(index, _rows[index] with { Job = job });
            }
        }
    }

    private void Put(int index, Row row)
    {
        var before = _rows[index].State;
        _rows[index] = row;
        _ = row.End is null ? _open.Add(index) : _open.Remove(index);
        if (row.State != before)
        {
            Changed?.Invoke(row);
        }

        EndIfDone();
    }

    private void EndIfDone()
    {
        if (_open.Count == 0)
        {
            _ended.TrySetResult();
        }
    }
}
