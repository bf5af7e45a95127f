using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Polling;

internal sealed class When_rounds_meet : FleetTest
{
    private readonly Consumed<PollRound> _consumed = new();

    [Test]
    public async Task The_same_round_delivered_twice_at_once_makes_one_list_call()
    {
        var round = await HoldADueRound();
        var calls = Simulator.Ledger.ListCalls.Count;
        var go = Failpoints.PauseAt(Failpoint.RoundSaved);

        await Task.WhenAll(Fleet.Bus.Publish(round), Fleet.Bus.Publish(round));

        // One is held in the middle of its work; the other must have come to its end beside it.
        await Failpoints.ReachedAsync(Failpoint.RoundSaved);
        await Eventually(() => Task.FromResult(_consumed.Count == 1), () => "The second delivery should be dropped while the first is at work.");
        Assert.That(Simulator.Ledger.ListCalls, Has.Count.EqualTo(calls + 1));

        go.SetResult();
        await Eventually(() => Task.FromResult(_consumed.Count >= 2), () => "The first delivery should come to its end.");
        await Fleet.Bus.Publish(round);
        await Eventually(() => Task.FromResult(_consumed.Count >= 3), () => "A third, late delivery should come to its end.");
        Assert.That(Simulator.Ledger.ListCalls.Count(call => call.Ids > 0), Is.LessThanOrEqualTo((await Account()).Round), "one call a round");
    }

    [Test]
    public async Task A_round_of_another_number_is_dropped()
    {
        var round = await HoldADueRound();
        var calls = Simulator.Ledger.ListCalls.Count;

        await Fleet.Bus.Publish(round with { Round = round.Round - 1 });
        await Fleet.Bus.Publish(round with { Round = round.Round + 1 });
        await Eventually(() => Task.FromResult(_consumed.Count == 2), () => "Both should come to their end.");

        Assert.That(await Stores.Attempts.DueAsync("main", Time.GetUtcNow(), 10, default), Is.Not.Empty, "there was something to ask for");
        Assert.That(Simulator.Ledger.ListCalls, Has.Count.EqualTo(calls));
        Assert.That((await Account()).RoundTaken, Is.False, "the round itself is still to be had");
    }

    [Test]
    public async Task A_round_whose_process_dies_is_taken_over_after_its_lease_and_the_ends_are_told()
    {
        Settings["Polling:RoundLease"] = "00:02:00";
        await StartFleet();
        Failpoints.KillWhen(Failpoint.RoundSaved, async () => await Stores.Attempts.CountInFlightAsync("main", default) > 0 && await AnEndIsSavedAndNotTold());
        var jobs = new[] { await Submit(Submission("a lighthouse", "one")), await Submit(Submission("a harbour [simulate task moderate]", "two")) };
        await Failpoints.ReachedAsync(Failpoint.RoundSaved);

        // Before the other process is there: on a slow machine it comes when the lease is over, and takes one of its own.
        var (calls, lease) = (Simulator.Ledger.ListCalls.Count, (await Account()).NextRoundAt);
        await KillAndRestart();

        await Heard<JobSucceeded>(e => e.JobId == jobs[0]);
        await Heard<JobFailed>(e => e.JobId == jobs[1]);
        Assert.That(Simulator.Ledger.ListCalls.Skip(calls).Select(call => call.At), Is.All.GreaterThanOrEqualTo(lease), "nobody looked before the lease was over");
        await Eventually(async () => (await Account()).InFlight == 0, () => "The slots should come back.");
        NothingIsPaidTwice();
    }

    [Test]
    public async Task The_pace_of_lists_is_kept_by_polling_and_reconciliation_together()
    {
        Settings["Submission:CallMargin"] = "00:00:30";
        Settings["Http:CreateTimeout"] = "00:00:30";
        Settings["Submission:SettleTime"] = "00:00:10";
        Settings["Http:BreakerMinimumCalls"] = "1000"; // most of these creates are lost
        Settings["Polling:RereadAfter"] = "00:00:01";
        Settings["Polling:LongestInterval"] = "00:00:02";
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(120));
        SimulatorOptions.MaxRunning = 40;
        Settings["Accounts:main:TasksInFlight"] = "40";
        await StartFleet();

        // Of every four one runs, two lose the answer to a task, and one loses the call itself.
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Submit(Submission(
            (i % 4) switch
            {
                0 => $"a lighthouse, take {i}",
                3 => $"a lighthouse, take {i} [simulate create once drop-request]",
                _ => $"a lighthouse, take {i} [simulate create once drop-response]",
            },
            string.Create(CultureInfo.InvariantCulture, $"take-{i}")))));
        await Eventually(async () => (await Task.WhenAll(jobs.Select(Find))).All(job => job?.State == nameof(JobLifecycle.Succeeded)), () => $"All jobs should succeed, and {Events.All[^1].Event} is the last that was heard.", 60);

        var calls = Simulator.Ledger.ListCalls;
        Assert.That(calls.Count(call => call.Ids == 0), Is.GreaterThanOrEqualTo(2), "reconciliation read the whole list");
        Assert.That(calls.Count(call => call.Ids > 0), Is.GreaterThanOrEqualTo(5), "tasks were polled");
        Assert.That(calls.Zip(calls.Skip(1), (one, next) => next.At - one.At), Is.All.GreaterThanOrEqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(Simulator.Ledger.ListRateExceeded, Is.False);
        NothingIsPaidTwice();
    }

    /// <summary>Starts a fleet with one long task that is due, and a round of its account that nobody has: the fleet itself starts none while that lasts.</summary>
    private async Task<PollRound> HoldADueRound()
    {
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromHours(2), TimeSpan.FromHours(3));
        await StartFleet();
        Fleet.Bus.ConnectConsumeMessageObserver(_consumed);
        await JobShouldBe(await Submit(), nameof(JobLifecycle.Running));
        long? number = null;
        await Eventually(
            async () =>
                (await Account()) is { Round: > 0, RoundUnderWay: false }
                && (number = await Stores.Accounts.StartRoundAsync("main", Time.GetUtcNow(), TimeSpan.FromHours(1), default)) is not null,
            () => "Between two rounds of the fleet there should be time for one of the test's.");
        await Eventually(async () => (await Stores.Attempts.DueAsync("main", Time.GetUtcNow(), 10, default)).Count > 0, () => "The task should be due.");

        // The fleet's own rounds before, down to the last, have come to their end.
        await Eventually(() => Task.FromResult(_consumed.Count >= number - 1), () => "The rounds before should come to their end.");
        _consumed.Forget();
        return new PollRound("main", number!.Value);
    }

    private async Task<bool> AnEndIsSavedAndNotTold() =>
        (await Stores.Attempts.DueAsync("main", DateTimeOffset.MaxValue, 10, default)).Any(attempt => attempt.State == AttemptState.Ended);

    private Task<Workers.Jobs.Accounts.Account> Account() => Stores.Accounts.GetAsync("main", default);
}
