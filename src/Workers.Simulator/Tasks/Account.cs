namespace Workers.Simulator.Tasks;

/// <summary>One key's owner: its tasks and limits. Used only under the engine's lock.</summary>
internal sealed class Account(string name, SimulatorOptions options)
{
    private const string FourK = "4k";
    private const int FourKRunning = 1;
    private const int FourKCreatesPerMinute = 15;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Pool> _pools = [];
    private readonly List<GenerationTask> _tasks = [];
    private readonly RateWindow _gets = new(options.GetsPerSecond, Second);
    private readonly RateWindow _lists = new(options.ListsPerSecond, Second);
    private readonly RateWindow _deletes = new(options.DeletesPerSecond, Second);
    private int _gone;

    public string Name { get; } = name;

    public int Queued { get; set; }

    /// <summary>In order of creation, with some that are gone.</summary>
    public IReadOnlyList<GenerationTask> Tasks => _tasks;

    public Pool PoolFor(string model, string resolution)
    {
        var is4k = resolution == FourK;
        var key = is4k ? $"{model} {FourK}" : model;
        if (!_pools.TryGetValue(key, out var pool))
        {
            var creates = is4k ? Math.Min(options.CreatesPerMinute, FourKCreatesPerMinute) : options.CreatesPerMinute;
            pool = new Pool(is4k ? FourKRunning : options.MaxRunning, new RateWindow(creates, Minute));
            _pools.Add(key, pool);
        }

        return pool;
    }

    public bool TryBegin(Operation operation, DateTimeOffset now) => operation switch
    {
        Operation.Get => _gets.TryBegin(now),
        Operation.List => _lists.TryBegin(now),
        Operation.Delete => _deletes.TryBegin(now),
        _ => true,
    };

    public void Add(GenerationTask task) => _tasks.Add(task);

    /// <summary>Notes that one of the tasks is gone, and tidies up when that is true of most.</summary>
    public void Tidy()
    {
        _gone++;
        if (_gone > _tasks.Count / 2)
        {
            _tasks.RemoveAll(task => task.Gone);
            _gone = 0;
        }
    }
}
