using Workers.Simulator.Outputs;
using Workers.Simulator.Tasks;

namespace Workers.Simulator;

/// <summary>
/// What was asked of the simulator and what became of it, seen from inside: the oracle of tests. Safe for any thread; every look is at one instant,
/// with everything done that is due by the clock, and an entry is made in the same breath as its effect.
/// </summary>
public sealed class Ledger
{
    private readonly Lock _gate;
    private readonly Action _catchUp;
    private readonly SimulatorOptions _options;

    private readonly Dictionary<string, GenerationTask> _tasks = [];
    private readonly List<RecordedRequest> _requests = [];
    private readonly List<InvoiceLine> _invoice = [];
    private readonly List<ListCall> _lists = [];
    private readonly List<SentCallback> _callbacks = [];
    private readonly Dictionary<(Operation, int?), long> _answers = [];
    private readonly Dictionary<TaskState, long> _states = [];
    private readonly Dictionary<string, long> _liveOrBilled = [];
    private readonly HashSet<string> _twice = [];
    private long _tokens;
    private decimal _amountUsd;
    private bool _listRateExceeded;

    internal Ledger(Lock gate, Action catchUp, SimulatorOptions options) => (_gate, _catchUp, _options) = (gate, catchUp, options);

    /// <summary>All tasks ever made, in order of creation; with counters only: those not yet ended.</summary>
    public IReadOnlyList<SimulatedTask> Tasks => Look(() => _tasks.Values.OrderBy(task => task.Sequence).Select(task => task.Snapshot()).ToList());

    /// <summary>The tasks queued or running.</summary>
    public IReadOnlyList<SimulatedTask> LiveTasks =>
        Look(() => _tasks.Values.Where(task => task.Live).OrderBy(task => task.Sequence).Select(task => task.Snapshot()).ToList());

    /// <summary>All calls, in order of their effects; empty with counters only.</summary>
    public IReadOnlyList<RecordedRequest> Requests => Look(() => _requests.ToList());

    /// <summary>One line for each succeeded task; empty with counters only.</summary>
    public IReadOnlyList<InvoiceLine> Invoice => Look(() => _invoice.ToList());

    /// <summary>Empty with counters only.</summary>
    public IReadOnlyList<ListCall> ListCalls => Look(() => _lists.ToList());

    /// <summary>Each sending, once it was answered or given up; empty with counters only.</summary>
    public IReadOnlyList<SentCallback> Callbacks => Look(() => _callbacks.ToList());

    /// <summary>Whether any list call came too soon.</summary>
    public bool ListRateExceeded => Look(() => _listRateExceeded);

    /// <summary>How many calls were answered with each status; null: the connection was dropped.</summary>
    public IReadOnlyDictionary<(Operation Operation, int? Status), long> Answers =>
        Look(() => (IReadOnlyDictionary<(Operation, int?), long>)new Dictionary<(Operation, int?), long>(_answers));

    /// <summary>How many tasks are in each state, erased and forgotten ones included.</summary>
    public IReadOnlyDictionary<TaskState, long> States => Look(() => (IReadOnlyDictionary<TaskState, long>)new Dictionary<TaskState, long>(_states));

    /// <summary>All tokens billed.</summary>
    public long BilledTokens => Look(() => _tokens);

    /// <summary>All that was billed.</summary>
    public decimal AmountUsd => Look(() => _amountUsd);

    /// <summary>
    /// The keys of jobs that ever had, at one instant, more than one task that was live (queued or running) or billed (succeeded): paid twice, or
    /// about to be. A second task that failed in the end is still told.
    /// </summary>
    public IEnumerable<string> JobsWithMoreThanOneLiveOrBilledTask() => Look(() => _twice.ToList());

    /// <summary>The SHA-256, in lower-case hex, of what a download of an output must be; null where the task has no such output.</summary>
    /// <param name="taskId">A task in <see cref="Tasks"/>.</param>
    /// <param name="name">The last part of the output's path.</param>
    public string? OutputSha256(string taskId, string name = "video.mp4") =>
        Look(() => _tasks.TryGetValue(taskId, out var task) ? OutputFile.Find(task, name, _options.OutputPaddingBytes) : null)?.Sha256();

    internal void Created(GenerationTask task)
    {
        _tasks.Add(task.Id, task);
        Count(_states, task.State, 1);
        Count(_liveOrBilled, task.JobKey, 1);
        if (_liveOrBilled[task.JobKey] > 1)
        {
            _twice.Add(task.JobKey);
        }
    }

    internal void Moved(GenerationTask task, TaskState from, DateTimeOffset at)
    {
        Count(_states, from, -1);
        Count(_states, task.State, 1);
        if (task.State is TaskState.Succeeded)
        {
            Charge(task, at);
        }
        else if (!task.Live)
        {
            Count(_liveOrBilled, task.JobKey, -1);
        }

        if (_options.KeepCountersOnly && !task.Live)
        {
            _tasks.Remove(task.Id);
        }
    }

    internal void Add(RecordedRequest request)
    {
        Count(_answers, (request.Operation, request.Status), 1);
        Keep(_requests, request);
    }

    internal void Add(ListCall call)
    {
        _listRateExceeded |= call.ExceededRate;
        Keep(_lists, call);
    }

    internal void Add(SentCallback callback)
    {
        using (_gate.EnterScope())
        {
            Keep(_callbacks, callback);
        }
    }

    private void Charge(GenerationTask task, DateTimeOffset at)
    {
        var amount = Bill.Amount(task, task.BilledTokens);
        _tokens += task.BilledTokens;
        _amountUsd += amount;
        Keep(_invoice, new InvoiceLine(task.Id, task.Account.Name, task.JobKey, task.Body.ModelId, task.BilledTokens, amount, at));
    }

    private void Keep<T>(List<T> entries, T entry)
    {
        if (!_options.KeepCountersOnly)
        {
            entries.Add(entry);
        }
    }

    private static void Count<TKey>(Dictionary<TKey, long> counts, TKey key, long change)
        where TKey : notnull
    {
        var count = counts.GetValueOrDefault(key) + change;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }

    private T Look<T>(Func<T> look)
    {
        using (_gate.EnterScope())
        {
            _catchUp();
            return look();
        }
    }
}
