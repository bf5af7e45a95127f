using System.Globalization;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Polling;

[NonParallelizable]
internal sealed class When_a_thousand_tasks_run : FleetTest
{
    private const int Tasks = 1000;

    private readonly MessageCounts _published = new();

    [SetUp]
    public void MakeRoom()
    {
        SimulatorOptions.MaxRunning = Tasks;
        SimulatorOptions.MaxQueued = 0;
        SimulatorOptions.CreatesPerMinute = 0;
        Settings["Accounts:main:CreatesPerMinute"] = "600000";
        Settings["Accounts:main:TasksInFlight"] = "2000";
        Settings["Sweep:FirstCheck"] = "02:00:00"; // nobody looks at a job by itself while its task runs
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1.1));
    }

    [Test]
    public async Task A_hundred_are_asked_for_in_one_call_and_nothing_is_said_of_those_that_still_run()
    {
        await StartFleet();
        Fleet.Bus.ConnectPublishObserver(_published);
        var jobs = await SubmitAll();
        await AllShouldBe(jobs, nameof(JobLifecycle.Running), 60);

        var before = _published.Now();
        var versions = await Versions(jobs);
        var began = Time.GetUtcNow();
        await Eventually(() => Task.FromResult(Simulator.Ledger.ListCalls.Count(call => call.At > began) >= 40), () => "Tasks should be polled.", 60);
        var after = _published.Now();

        Assert.That(Simulator.Ledger.States.GetValueOrDefault(Workers.Simulator.TaskState.Running), Is.EqualTo(Tasks), "nothing has changed");
        Assert.That(after.Where(count => count.Value > before.GetValueOrDefault(count.Key)).Select(count => count.Key), Is.EqualTo(new[] { nameof(PollRound) }));
        Assert.That(await Versions(jobs), Is.EqualTo(versions), "nothing was written to a job");
        var rounds = after[nameof(PollRound)] - before.GetValueOrDefault(nameof(PollRound));
        Assert.That(Simulator.Ledger.ListCalls.Count(call => call.At > began), Is.LessThanOrEqualTo(rounds + 1), "one call a round");
        Assert.That(Simulator.Ledger.ListCalls.Max(call => call.Ids), Is.EqualTo(100));
        var watched = await Stores.Attempts.DueAsync("main", DateTimeOffset.MaxValue, Tasks, default);
        Assert.That(watched.Select(attempt => attempt.DueAt).Distinct().Count(), Is.LessThan(Tasks / 4), "what was looked at together is looked at together again");
    }

    [Test]
    public async Task Their_ends_are_told_and_the_rate_is_held()
    {
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
        await StartFleet();
        Fleet.Bus.ConnectPublishObserver(_published);

        var jobs = await SubmitAll();
        await AllShouldBe(jobs, nameof(JobLifecycle.Succeeded), 90);

        Assert.That(_published.Now()[nameof(TaskEnded)], Is.EqualTo(Tasks));
        Assert.That(Simulator.Ledger.ListRateExceeded, Is.False);
        var calls = Simulator.Ledger.ListCalls;
        Assert.That(calls.Zip(calls.Skip(1), (one, next) => next.At - one.At), Is.All.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        TestContext.Out.WriteLine($"{calls.Count} list calls for {Tasks} tasks, {calls.Sum(call => call.Ids)} ids asked for");
        NothingIsPaidTwice();
    }

    private async Task<Guid[]> SubmitAll()
    {
        var submissions = Enumerable.Range(0, Tasks).Select(i => Submission($"a lighthouse, take {i}", string.Create(CultureInfo.InvariantCulture, $"take-{i}"))).ToArray();
        await Task.WhenAll(submissions.Select(submission => Fleet.Bus.Publish(submission)));
        return [.. submissions.Select(JobIdentity.JobId)];
    }

    private async Task AllShouldBe(Guid[] jobs, string state, double seconds) => await EachShould(jobs, job => job.State == state, (open, _) => $"{open} jobs are not {state}.", seconds);

    private async Task<int[]> Versions(Guid[] jobs) => [.. (await Task.WhenAll(jobs.Select(Find))).Select(job => job!.Version)];
}
