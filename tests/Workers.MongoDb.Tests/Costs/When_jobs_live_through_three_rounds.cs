using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Connections;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Costs;

/// <summary>What a job costs the store and the broker, counted outside of the fleet's own code.</summary>
[Category("Integration")]
[Category("Broker")]
internal sealed class When_jobs_live_through_three_rounds : FleetTest
{
    private const int Jobs = 200;
    private const int MostOperations = 12;
    private const int MostPublishes = 8;

    private readonly StoreOperations _operations = new();
    private readonly MessageCounts _messages = new();
    private Store? _store;

    // Ticks of the rounds are not the jobs': at the speed of other tests they would be most of what is counted.
    protected override double TimeScale => 1;

    protected override bool IsOnRabbitMq => true;

    protected override bool IsOnMongoDb => true;

    [TearDown]
    public void CloseStore() => _store?.Dispose();

    [Test]
    public async Task Their_operations_and_publishes_are_few()
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromSeconds(8);
        SimulatorOptions.MaxRunning = Jobs;
        SimulatorOptions.CreatesPerMinute = SimulatorOptions.MaxQueued = 0;
        Settings["Accounts:main:CreatesPerMinute"] = Settings["Accounts:main:TasksInFlight"] = "100000";
        Settings["Polling:FirstInterval"] = "00:00:01";
        Settings["Polling:LongestInterval"] = "00:00:01.200";
        await StartFleet();
        await JobShouldBe(await Submit(Numbered(-1)), nameof(JobLifecycle.Succeeded));

        _operations.Forget();
        Fleet.Bus.ConnectPublishObserver(_messages);
        var jobs = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(number => Submit(Numbered(number))));
        await Eventually(() => Task.FromResult(Events.Of<JobSucceeded>().DistinctBy(e => e.JobId).Count() == Jobs + 1), () => "Not all jobs succeeded.", seconds: 60);
        await EndProcess(); // until then something may still be written, such as that an end was announced

        var (operations, published) = (_operations.Now().Values.Sum(), _messages.Now());
        var table = $"operations a job:\n{_operations.Table(Jobs)}publishes a job:\n{string.Concat(published.Select(type => $"{type.Key,-25} {(double)type.Value / Jobs:F3}\n"))}";
        TestContext.Out.WriteLine(table);
        var polls = await Task.WhenAll(jobs.Select(async job => (await AttemptsOf(job)).Single().Watch.Polls));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(polls.Average(), Is.GreaterThanOrEqualTo(3), "rounds that looked at a job");
            Assert.That((double)operations / Jobs, Is.LessThanOrEqualTo(MostOperations), table);
            Assert.That((double)(published.Values.Sum() - Jobs) / Jobs, Is.LessThanOrEqualTo(MostPublishes), table); // without the submissions, which are not the fleet's
        }
    }

    private protected override Store WayTo(TestDatabase database) => _store = database.Open(_operations.ListenTo);

    private static SubmitJob Numbered(int number) => Submission(key: string.Create(CultureInfo.InvariantCulture, $"job-{number}"));
}
