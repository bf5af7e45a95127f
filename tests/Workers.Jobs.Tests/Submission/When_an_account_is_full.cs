using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Submission;

internal sealed class When_an_account_is_full : FleetTest
{
    [Test]
    public async Task No_more_tasks_live_at_once_than_it_has_slots_and_all_jobs_succeed()
    {
        const int Slots = 3;
        Settings["Accounts:main:TasksInFlight"] = "3";
        await StartFleet();

        var jobs = await SubmitMany(12);

        await AllShouldBe(jobs, nameof(JobLifecycle.Succeeded));
        var tasks = Simulator.Ledger.Tasks;
        Assert.That(tasks, Has.Count.EqualTo(12));
        Assert.That(tasks.Max(task => tasks.Count(other => other.CreatedAt <= task.CreatedAt && task.CreatedAt < other.EndedAt)), Is.EqualTo(Slots));
        await NoSlotShouldBeInUse();
        Assert.That((await Task.WhenAll(jobs.Select(Find))).Select(job => job!.AttemptsUsed), Is.All.Zero, "to wait for one's turn uses up no attempt");
        Assert.That((await Task.WhenAll(jobs.Select(AttemptsOf))).Select(attempts => attempts.Count), Is.All.EqualTo(1));
        foreach (var job in jobs)
        {
            Assert.That(await Stores.Failures.OfJobAsync(job, default), Is.Empty, "to wait for one's turn is no failure");
        }
    }

    [Test]
    public async Task The_calls_a_minute_are_held()
    {
        const int Jobs = 40;
        Settings["Accounts:main:CreatesPerMinute"] = "20"; // one every 3 seconds, the first two at once
        Settings["Accounts:main:TasksInFlight"] = "100";
        SimulatorOptions.MaxRunning = 100;
        SimulatorOptions.CreatesPerMinute = 25; // what the machine's delays may push together
        await StartFleet();

        var jobs = await SubmitMany(Jobs);

        await AllShouldBe(jobs, nameof(JobLifecycle.Succeeded));
        var creates = Simulator.Ledger.Requests.Where(request => request.Operation == Operation.Create).ToArray();
        Assert.That(creates.Select(create => create.Status), Is.All.EqualTo(200), "the provider never had to refuse one");
        Assert.That(creates, Has.Length.EqualTo(Jobs));
        Assert.That(creates[^1].At - creates[0].At, Is.GreaterThan(TimeSpan.FromSeconds((Jobs - 2) * 3 * 0.9)));
    }

    [Test]
    public async Task A_429_that_says_when_to_come_back_closes_it_for_that_long()
    {
        Settings["Accounts:main:TasksInFlight"] = "10";
        await StartFleet();
        var first = await Submit(Submission("a lighthouse [simulate create once retry-after 240]", "first"));
        await Eventually(async () => (await Account()).Pause is not null, () => "The account should be closed.");
        var pause = (await Account()).Pause!;

        var jobs = await SubmitMany(5);

        await AllShouldBe([.. jobs, first], nameof(JobLifecycle.Succeeded));
        var creates = Simulator.Ledger.Requests.Where(request => request.Operation == Operation.Create).ToArray();
        Assert.That(pause.Bucket, Is.EqualTo(FailureBucket.RateLimit));
        Assert.That(creates[0].Status, Is.EqualTo(429));
        Assert.That(creates.Skip(1).Select(create => create.Status), Is.All.EqualTo(200));
        Assert.That(creates.Skip(1).Min(create => create.At), Is.GreaterThanOrEqualTo(creates[0].At.AddSeconds(240)));
        Assert.That((await Find(first))!.AttemptsUsed, Is.Zero);
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(6));
    }

    [Test]
    public async Task Slots_come_back_after_every_kind_of_end()
    {
        Settings["Submission:CallMargin"] = "00:00:30";
        Settings["Http:CreateTimeout"] = "00:00:30";
        Settings["Submission:SettleTime"] = "00:00:10";
        Settings["Submission:PauseFor"] = "00:00:05";
        Settings["Accounts:main:TasksInFlight"] = "4";
        await StartFleet();
        var ends = new Dictionary<string, string>
        {
            ["a lighthouse"] = nameof(JobLifecycle.Succeeded),
            ["a lighthouse [simulate task moderate]"] = nameof(JobLifecycle.Failed),
            ["a lighthouse [simulate task fail InternalServiceError]"] = nameof(JobLifecycle.Failed),
            ["a lighthouse [simulate task unknown-status pondering]"] = nameof(JobLifecycle.Blocked),
            ["a lighthouse [simulate create answer 400 InvalidParameter]"] = nameof(JobLifecycle.Blocked),
            ["a lighthouse [simulate create once answer 401 AuthenticationError]"] = nameof(JobLifecycle.Succeeded),
            ["a lighthouse [simulate create once answer 429 RateLimitExceeded]"] = nameof(JobLifecycle.Succeeded),
            ["a lighthouse [simulate create once drop-request]"] = nameof(JobLifecycle.Succeeded),
            ["a lighthouse [simulate create once drop-response]"] = nameof(JobLifecycle.Succeeded),
            ["a lighthouse [simulate download want-key]"] = nameof(JobLifecycle.Blocked),
        };
        var jobs = await Task.WhenAll(ends.Keys.Select(prompt => Submit(Submission(prompt))));
        var cancelled = await Submit(Submission("a lighthouse [simulate task stay-queued]"));
        await JobShouldBe(cancelled, nameof(JobLifecycle.Running), 60);
        await Cancel(cancelled);

        foreach (var (job, end) in jobs.Zip(ends.Values))
        {
            await JobShouldBe(job, end, 60);
        }

        await JobShouldBe(cancelled, nameof(JobLifecycle.Cancelled));
        await NoSlotShouldBeInUse();
        Assert.That(Simulator.Ledger.LiveTasks, Is.Empty);
    }

    [Test]
    public async Task A_slot_that_a_dead_process_took_with_it_comes_back_by_the_count()
    {
        Settings["Accounts:main:TasksInFlight"] = "2";
        Settings["Polling:FirstInterval"] = "00:00:00.500";
        Settings["Polling:LongestInterval"] = "00:00:01";
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        await StartFleet();
        await Stores.Accounts.TakeSlotAsync("main", new AccountPace(600, 2), Time.GetUtcNow(), default);

        var jobs = await SubmitMany(2);

        await Eventually(() => Task.FromResult(Simulator.Ledger.LiveTasks.Count == 2), () => "Both jobs should run at once, as soon as the rounds have counted again.", 60);
        await AllShouldBe(jobs, nameof(JobLifecycle.Succeeded));
        await NoSlotShouldBeInUse();
    }

    /// <summary>Where no task runs there are no rounds that could count.</summary>
    [Test]
    public async Task All_slots_that_a_dead_process_took_with_it_come_back_although_nothing_runs()
    {
        Settings["Accounts:main:TasksInFlight"] = "2";
        Settings["Submission:CallMargin"] = "00:00:30";
        Settings["Sweep:FirstCheck"] = "00:01:00";
        await StartFleet();
        var arrived = 0;
        var both = new TaskCompletionSource();
        Failpoints.Arm(Failpoint.BeforeAttempt, token =>
        {
            if (Interlocked.Increment(ref arrived) == 2)
            {
                both.SetResult();
            }

            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        var jobs = await SubmitMany(2);
        await both.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);

        await KillAndRestart();
        Assert.That((await Account()).InFlight, Is.EqualTo(2));

        await AllShouldBe(jobs, nameof(JobLifecycle.Succeeded));
        await NoSlotShouldBeInUse();
    }

    private async Task<Guid[]> SubmitMany(int count) => await Task.WhenAll(Enumerable.Range(0, count)
        .Select(i => Submit(Submission($"a lighthouse, take {i}", string.Create(CultureInfo.InvariantCulture, $"take-{i}")))));

    private async Task AllShouldBe(Guid[] jobs, string state) => await EachShould(jobs, job => job.State == state, (open, _) => $"All {jobs.Length} jobs should be {state}, and {open} may not be.", seconds: 60);

    private Task NoSlotShouldBeInUse() => Eventually(
        async () => (await Account()).InFlight == 0 && await Stores.Attempts.CountInFlightAsync("main", default) == 0,
        () => "No slot should be in use.");

    private Task<Account> Account() => Stores.Accounts.GetAsync("main", default);
}
