using System.Text.Json;
using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.MongoDb.Connections;
using Workers.Simulator;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.Testing.Fleet;

/// <summary>A fleet in one process, a provider over real HTTP, a clock that runs fast, and the words that the specifications are written in.</summary>
/// <remarks>
/// On the in-memory transport, or on RabbitMQ where <c>WORKERS_TEST_TRANSPORT</c> is <c>rabbitmq</c>; with records in memory, or in MongoDB where <c>WORKERS_TEST_STORES</c> is
/// <c>mongodb</c>: the same specifications.
/// </remarks>
[Category("Fleet")]
public abstract partial class FleetTest
{
    /// <summary>Seconds of fleet and provider in one of ours.</summary>
    protected virtual double TimeScale => 60;

    protected const string Tenant = "acme";

    private readonly string _results = Path.Combine(Path.GetTempPath(), $"workers-test-{Guid.NewGuid():N}");
    private RunningFleet? _fleet;
    private VirtualHost? _broker;
    private TestDatabase? _database;

    /// <summary>Whether these tests run over RabbitMQ.</summary>
    protected virtual bool IsOnRabbitMq => RunsOnRabbitMq;

    /// <summary>What the switch says.</summary>
    protected static bool RunsOnRabbitMq { get; } = Environment.GetEnvironmentVariable("WORKERS_TEST_TRANSPORT") == "rabbitmq";

    /// <summary>Whether the records of these tests are kept in MongoDB.</summary>
    protected virtual bool IsOnMongoDb { get; } = Environment.GetEnvironmentVariable("WORKERS_TEST_STORES") == "mongodb";

    /// <summary>The fleet's own virtual host, where it runs on RabbitMQ.</summary>
    internal VirtualHost Broker => _broker!;

    /// <summary>The fleet's own database, where its records are in MongoDB.</summary>
    internal TestDatabase Database => _database!;

    internal EventLog Events { get; private set; } = new();

    internal Stores Stores { get; private set; } = null!;

    internal ScriptedFailpoints Failpoints { get; private set; } = new();

    protected TimeProvider Time { get; set; } = TimeProvider.System;

    protected ModelArkSimulator Simulator { get; private set; } = null!;

    protected string ResultsRoot => _results;

    protected Dictionary<string, string?> Settings { get; } = [];

    protected SimulatorOptions SimulatorOptions { get; } = new() { MinTaskDuration = TimeSpan.FromSeconds(10), MaxTaskDuration = TimeSpan.FromSeconds(20) };

    [SetUp]
    public async Task SetUp()
    {
        SetTime();
        Stores = await NewStores();
    }

    [TearDown]
    public async Task StopFleet()
    {
        if (_fleet is not null)
        {
            await _fleet.DisposeAsync();
            _fleet = null;
        }

        if (_broker is not null)
        {
            await _broker.GiveBackAsync();
            _broker = null;
        }

        await StopProvider();
        if (_database is not null)
        {
            await _database.GiveBackAsync();
            _database = null;
        }

        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }
    }

    /// <summary>Somebody answers at the provider's address: a free one, unless the options name a port.</summary>
    protected async Task<ModelArkSimulator> StartProvider() => Simulator = await ModelArkSimulator.StartAsync(SimulatorOptions, Time, CancellationToken.None);

    /// <summary>Nobody answers at the provider's address any more, and what it kept is forgotten.</summary>
    protected async Task StopProvider()
    {
        if (Simulator is not null)
        {
            await Simulator.DisposeAsync();
            Simulator = null!;
        }
    }

    internal RunningFleet Fleet => _fleet!;

    /// <summary>Starts the provider, if it does not run, and a process of the fleet.</summary>
    internal async Task StartFleet(Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? configure = null)
    {
        Simulator ??= await StartProvider();
        _fleet = await StartProcess(Failpoints, configure);
    }

    /// <summary>Starts a process of the fleet beside any that runs, on the same broker and stores.</summary>
    internal async Task<RunningFleet> StartProcess(ScriptedFailpoints failpoints, Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? configure = null)
    {
        if (IsOnRabbitMq)
        {
            _broker ??= HasQueuesOfItsOwn ? await VirtualHost.CreateAsync() : await VirtualHost.BorrowAsync();
        }

        Settings.TryAdd("Polling:Tick", Look);
        Settings.TryAdd("Sweep:Interval", Look);
        return await RunningFleet.StartAsync(Simulator, Time, Stores, Events, failpoints, _results, Settings, _broker, configure);
    }

    /// <summary>Forgets everything, as if nothing had run before.</summary>
    protected async Task StartOver()
    {
        await StopFleet();
        (Stores, Events) = (await NewStores(), new EventLog());
        SetTime();
    }

    /// <summary>Kills the process, with what it had in hand and what was in its queues, and starts another on the same stores.</summary>
    internal async Task KillAndRestart()
    {
        await _fleet!.KillAsync();
        Failpoints = new ScriptedFailpoints();
        await StartFleet();
    }

    protected static SubmitJob Submission(string prompt = "a lighthouse at dusk", string? key = null, params (string Name, object Value)[] parameters) => new()
    {
        TenantId = Tenant,
        IdempotencyKey = key,
        Provider = "seedance",
        Input = new JobInput
        {
            Model = "dreamina-seedance-2-0-260128",
            Prompt = prompt,
            Parameters = parameters.ToDictionary(parameter => parameter.Name, parameter => JsonSerializer.SerializeToElement(parameter.Value)),
        },
    };

    /// <summary>Publishes a submission and gives the id that its job has.</summary>
    protected async Task<Guid> Submit(SubmitJob? submission = null)
    {
        submission ??= Submission();
        await Fleet.Bus.Publish(submission);
        return JobIdentity.JobId(submission);
    }

    protected Task<Job?> Find(Guid jobId) => Stores.Jobs.FindAsync(jobId, CancellationToken.None);

    /// <summary>Waits until a job is in a state, and gives it.</summary>
    protected async Task<Job> JobShouldBe(Guid jobId, string state, double seconds = 30)
    {
        Job? job = null;
        await Eventually(async () => (job = await Find(jobId))?.State == state, () => $"Job {jobId} should be {state} and is {job?.State ?? "not there"}: {job?.Trouble?.Reason}", seconds);
        return job!;
    }

    /// <summary>
    /// Waits until each job has come to where it stays, and gives them in their order. They are looked at one after the other, and none again that is there: hundreds that are all read a hundred
    /// times a second would be most of what servers and processor have to do.
    /// </summary>
    protected async Task<IReadOnlyList<Job>> EachShould(IEnumerable<Guid> jobs, Func<Job, bool> stay, Func<int, Guid, string> otherwise, double seconds = 30)
    {
        var open = new Queue<Guid>(jobs);
        List<Job> there = [];
        await Eventually(
            async () =>
            {
                while (open.TryPeek(out var id) && await Find(id) is { } job && stay(job))
                {
                    open.Dequeue();
                    there.Add(job);
                }

                return open.Count == 0;
            },
            () => otherwise(open.Count, open.Peek()),
            seconds);
        return there;
    }

    /// <summary>The same for jobs that end, or wait for somebody.</summary>
    protected Task<IReadOnlyList<Job>> EachShouldEnd(IEnumerable<Guid> jobs, double seconds) =>
        EachShould(jobs, job => JobSteps.PhaseOf(job.State) != Phase.InProgress, (open, first) => $"{open} jobs may not have ended, the first: {first}", seconds);

    /// <summary>Waits until an event of a job is heard, and gives it.</summary>
    protected async Task<T> Heard<T>(Func<T, bool> about, double seconds = 30)
        where T : class
    {
        await Eventually(() => Task.FromResult(Events.Of<T>().Any(about)), () => $"No such {typeof(T).Name} was heard, but: {string.Join(", ", Events.All.Select(e => e.Event.GetType().Name))}", seconds);
        return Events.Of<T>().First(about);
    }

    /// <summary>Waits until it holds.</summary>
    protected static Task Eventually(Func<Task<bool>> holds, Func<string> otherwise, double seconds = 30) => Testing.Eventually.HoldsAsync(holds, otherwise, seconds);

    /// <summary>The job's attempts, by number.</summary>
    protected async Task<IReadOnlyList<Attempt>> AttemptsOf(Guid jobId)
    {
        var job = await Find(jobId);
        return await Stores.Attempts.OfJobAsync(jobId, job!.Generation, CancellationToken.None);
    }

    /// <summary>Lets the process come to its end in good order: then it is settled what became of each message that it had.</summary>
    protected async Task EndProcess()
    {
        await _fleet!.DisposeAsync();
        _fleet = null;
    }

    internal virtual Task<TestDatabase> NewDatabase() => TestDatabase.BorrowAsync();

    /// <summary>Whether its queues may not be those that the next test's fleet declares.</summary>
    private bool HasQueuesOfItsOwn => Settings.Keys.Any(key => key.StartsWith("RabbitMq:", StringComparison.Ordinal));

    /// <summary>How often a fleet looks for what is due: twelve times in one of our seconds, or these looks would be all that the servers have to do.</summary>
    private string Look => TimeSpan.FromSeconds(Math.Max(1, TimeScale / 12)).ToString();

    private void SetTime() => Time = new ScaledTime(TimeScale);

    private async Task<Stores> NewStores()
    {
        if (!IsOnMongoDb)
        {
            return new Stores();
        }

        _database = await NewDatabase();
        return new Stores(WayTo(_database));
    }

    /// <summary>How this test's fleets reach their records.</summary>
    private protected virtual Store WayTo(TestDatabase database) => database.Store;

    protected void NothingIsPaidTwice() => Assert.That(Simulator.Ledger.JobsWithMoreThanOneLiveOrBilledTask(), Is.Empty);
}
