namespace Workers.Simulator.Tasks;

/// <summary>The running slots of one account and model: by priority, first come first served among equals, nobody is interrupted.</summary>
internal sealed class Pool(int slots, RateWindow creates)
{
    private readonly PriorityQueue<GenerationTask, (int, long)> _waiting = new();
    private int _running;

    /// <summary>Create calls for this account and model.</summary>
    public RateWindow Creates { get; } = creates;

    public void Enter(GenerationTask task) => _waiting.Enqueue(task, (-task.Body.Priority, task.Sequence));

    public void Leave() => _running--;

    /// <summary>Takes the next task that may run now, and a slot for it; null where none may.</summary>
    public GenerationTask? TakeNext()
    {
        while (_running < slots && _waiting.TryDequeue(out var task, out _))
        {
            // A task that was cancelled or expired meanwhile is left behind here.
            if (task.State is TaskState.Queued)
            {
                _running++;
                return task;
            }
        }

        return null;
    }
}
