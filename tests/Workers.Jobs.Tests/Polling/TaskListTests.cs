using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Polling;
using Workers.Providers;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Polling;

internal sealed class TaskListTests
{
    private const int PerPage = 2;

    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task TasksMadeInTheSecondOfTheReadingAreOnTheFirstPageAndCount()
    {
        var reading = await Read(Page(total: 3, Made("a", 0), Made("b", 0)), Page(total: 3, Made("c", -60)));

        Assert.That(reading.Problem, Is.Null);
        Assert.That(reading.Tasks, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task TasksMadeSinceDoNotMakeUpForOneThatSlippedThrough()
    {
        var reading = await Read(
            Page(total: 4, Made("a", 0), Made("b", -60)),
            Page(total: 5, Made("late", 1), Made("c", -60)),
            Page(total: 5));

        Assert.That(reading.IsComplete, Is.False, "one of the first four was not seen");
    }

    [Test]
    public async Task AListIsReadUpToAnEmptyPageWhateverItsTotalSays()
    {
        var reading = await Read(Page(total: 2, Made("a", 0), Made("b", -60)), Page(total: 2, Made("c", -120)));

        Assert.That(string.Join(' ', reading.Tasks.Select(task => task.TaskId)), Is.EqualTo("a b c"));
        Assert.That(reading.Problem, Is.Null);
    }

    [Test]
    public async Task ATotalThatNothingBearsOutIsNoEnd()
    {
        var reading = await Read(Page(total: int.MaxValue, Made("a", 0)));

        Assert.That(reading.Problem, Is.EqualTo("1 of 2147483647 tasks were seen"));
    }

    [Test]
    public async Task ANegativeTotalCountsForNothing() =>
        Assert.That((await Read(Page(total: -7, Made("a", 0)))).Problem, Is.Null);

    [Test]
    public async Task ATaskThatIsNamedTwiceIsOneAndCountsAsOftenAsItIsNamed()
    {
        var reading = await Read(Page(total: 3, Made("a", 0), Made("a", 0)), Page(total: 3, Made("b", -60)));

        Assert.That(reading.Problem, Is.Null);
        Assert.That(reading.Tasks, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task AListThatDoesNotTurnItsPagesIsNoWholeOne()
    {
        var page = Page(total: 2, Made("a", 0), Made("b", -60));

        Assert.That((await Read(page, page, page)).Problem, Is.EqualTo("it gives the same page again and again"));
    }

    private static async Task<TaskReading> Read(params TaskPage[] pages)
    {
        var accounts = new InMemoryAccounts();
        var options = new PollingOptions();
        var now = TimeProvider.System.GetUtcNow();
        var round = (await accounts.StartRoundAsync("main", now, options.RoundLease, CancellationToken.None))!.Value;
        await accounts.TakeRoundAsync("main", round, now, options.RoundLease, CancellationToken.None);
        return await new TaskList(accounts, Options.Create(options), TimeProvider.System).ReadAsync(new Browsed(pages), new PollRound("main", round), "model", CancellationToken.None);
    }

    private static TaskPage Page(int total, params ProviderTask[] tasks) => new(tasks, total, Now) { Ahead = TimeSpan.Zero };

    private static ProviderTask Made(string id, int second) => new()
    {
        TaskId = id,
        Status = ProviderTaskStatus.Running,
        StatusWord = "running",
        CreatedAt = Now.AddSeconds(second),
        UpdatedAt = Now.AddSeconds(second),
        Model = "model",
        Fingerprint = null,
    };

    /// <summary>A provider whose list is asked for, and nothing else.</summary>
    private sealed class Browsed(TaskPage[] pages) : IGenerationProvider
    {
        public string Name => "browsed";

        public ProviderLimits Limits { get; } = new()
        {
            IdsPerList = PerPage,
            TasksPerPage = PerPage,
            ListInterval = TimeSpan.Zero,
            FirstFingerprint = 1,
            LastFingerprint = 2,
            DefaultFingerprint = 1,
            TaskLifetime = TimeSpan.FromDays(1),
            VisibilityLag = TimeSpan.Zero,
        };

        public Task<TaskPage> BrowseAsync(string account, string model, int page, CancellationToken cancellationToken) =>
            Task.FromResult(page <= pages.Length ? pages[page - 1] : pages[^1] with { Tasks = [] });

        public IReadOnlyList<InputFault> Check(JobInput input, ResultExpectation? expect) => throw new NotSupportedException();

        public IReadOnlyList<InputFault> CheckReferences(JobInput input, IReadOnlyList<ReferenceFacts?> facts) => throw new NotSupportedException();

        public bool IsOwnAsset(Reference reference) => throw new NotSupportedException();

        public TaskPrice Estimate(JobInput input, string account) => throw new NotSupportedException();

        public Task<CreateOutcome> CreateAsync(CreateTask request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ProviderTask?> GetAsync(string account, string taskId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<TaskPage> ListAsync(string account, IReadOnlyList<string> taskIds, CancellationToken cancellationToken) => throw new NotSupportedException();

        public TaskIntent Intent(JobInput input, long fingerprint) => throw new NotSupportedException();

        public bool Matches(ProviderTask task, TaskIntent intent) => throw new NotSupportedException();

        public Task<CancelOutcome> CancelAsync(string account, string taskId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
