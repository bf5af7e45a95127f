using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Polling;

/// <summary>Keys that may list a model's tasks alone, and lists that say odd things of some.</summary>
internal sealed class When_lists_are_odd : FleetTest
{
    private const string Fast = "dreamina-seedance-2-0-fast-260128";

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:30";
    }

    [Test]
    public async Task A_key_that_must_name_the_model_names_it()
    {
        SimulatorOptions.Lists = ListOffer.ByModel;
        await StartFleet();

        Guid[] jobs =
        [
            await Submit(Submission("a lighthouse")),
            await Submit(Submission("a harbour") with { Input = Submission("a harbour").Input! with { Model = Fast } }),
            await Submit(Submission("a dune [simulate create once drop-response]")),
            await Submit(Submission("a meadow [simulate create once answer 500]")),
        ];

        foreach (var jobId in jobs)
        {
            await Heard<JobSucceeded>(e => e.JobId == jobId);
        }

        TasksShouldBe(4);
        Assert.That(Simulator.Ledger.ListRateExceeded, Is.False);
        Assert.That(Simulator.Ledger.ListCalls.Count(call => call.Ids > 0), Is.GreaterThan(1), "tasks were seen in lists");
        Assert.That(Simulator.Ledger.Answers.Keys.Select(answer => answer.Operation), Does.Not.Contain(Operation.Get));
        Assert.That((await Task.WhenAll(jobs.Select(Find))).Select(job => job!.Deferrals), Is.All.Zero, "the account was open all the while");
    }

    [Test]
    public async Task A_task_that_is_named_twice_stops_nobody()
    {
        await StartFleet();

        Guid[] jobs =
        [
            await Submit(Submission("a lighthouse [simulate task listed-twice]")),
            await Submit(Submission("a harbour")),
            await Submit(Submission("a dune [simulate create once drop-response] [simulate task listed-twice]")),
            await Submit(Submission("a meadow [simulate create once answer 500]")),
        ];

        foreach (var jobId in jobs)
        {
            await Heard<JobSucceeded>(e => e.JobId == jobId);
        }

        TasksShouldBe(4);
    }

    /// <summary>That a task is absent from a list that hides others proves nothing.</summary>
    [Test]
    public async Task A_list_that_does_not_show_what_runs_proves_no_absence()
    {
        await StartFleet();
        await Submit(Submission("a lighthouse [simulate task stuck] [simulate list hide 48h]"));
        await Eventually(
            async () => (await Stores.Attempts.DueAsync("main", DateTimeOffset.MaxValue, 10, default)).Any(attempt => attempt is { State: AttemptState.Live, Watch: { Polls: > 2, FailedReads: 0 } }),
            () => "The task that lists hide should have been seen.");

        var lost = await Submit(Submission("a harbour [simulate create once drop-response] [simulate list hide 48h]"));

        Assert.That((await Heard<JobBlocked>(e => e.JobId == lost)).Bucket, Is.EqualTo(FailureBucket.Uncertain));
        TasksShouldBe(2);
    }
}
