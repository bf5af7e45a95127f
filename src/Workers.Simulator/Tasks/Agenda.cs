namespace Workers.Simulator.Tasks;

/// <summary>What happens to a task by itself.</summary>
internal enum TaskEvent
{
    /// <summary>It may run as soon as there is room.</summary>
    Ready,
    End,
    Expire,
    Forget,
}

/// <summary>What is to happen, in order of time. Used only under the engine's lock.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<(GenerationTask Task, TaskEvent Event), (DateTimeOffset At, long Order)> _due = new();
    private long _order;

    public DateTimeOffset? Next => _due.TryPeek(out _, out var due) ? due.At : null;

    public void Add(GenerationTask task, TaskEvent what, DateTimeOffset at) => _due.Enqueue((task, what), (at, _order++));

    public bool TryTake(DateTimeOffset now, out GenerationTask task, out TaskEvent what, out DateTimeOffset at)
    {
        if (_due.TryPeek(out var next, out var due) && due.At <= now)
        {
            _due.Dequeue();
            (task, what, at) = (next.Task, next.Event, due.At);
            return true;
        }

        (task, what, at) = (null!, default, default);
        return false;
    }
}
