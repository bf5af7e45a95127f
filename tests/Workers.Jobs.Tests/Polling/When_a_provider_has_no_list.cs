using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Polling;

/// <summary>A gateway that has create, get and delete, and nothing else.</summary>
internal sealed class When_a_provider_has_no_list : FleetTest
{
    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:30";
    }

    [TestCase(ListOffer.NotFound, "Http404")]
    [TestCase(ListOffer.NotAllowed, "Http405")]
    public async Task Tasks_are_got_one_by_one_within_the_rate_and_a_lost_call_is_left_to_a_person(ListOffer offer, string code)
    {
        SimulatorOptions.Lists = offer;
        await StartFleet();

        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Submit(Submission($"a lighthouse, take {i}", $"take-{i}"))));
        var lost = await Submit(Submission("a harbour [simulate create once drop-response]"));

        foreach (var jobId in jobs)
        {
            await Heard<JobSucceeded>(e => e.JobId == jobId);
        }

        var blocked = await Heard<JobBlocked>(e => e.JobId == lost);
        Assert.That((blocked.Bucket, blocked.Reason), Is.EqualTo((FailureBucket.Uncertain, blocked.Reason)));
        Assert.That(blocked.Reason, Does.Contain("could not be read to its end"));
        TasksShouldBe(9);

        var gets = Simulator.Ledger.Requests.Where(request => request.Operation == Operation.Get).ToList();
        Assert.That(gets.Select(request => request.TaskId).Distinct().Count(), Is.EqualTo(8));
        Assert.That(gets, Has.None.Matches<RecordedRequest>(request => request.ExceededRate));
        Assert.That(Simulator.Ledger.ListRateExceeded, Is.False);
        Assert.That((await Stores.Accounts.GetAsync("main", default)).Pause, Is.Null, "a look that is refused says nothing of creates");
        var records = (await Task.WhenAll(jobs.Select(jobId => Stores.Failures.OfJobAsync(jobId, default)))).SelectMany(records => records);
        Assert.That(records.Select(record => (record.Step, record.Code)).Distinct(), Is.EqualTo([("Looking", code)]));
    }

    [Test]
    public async Task The_list_is_tried_anew_now_and_then()
    {
        SimulatorOptions.Lists = ListOffer.NotFound;
        (SimulatorOptions.MinTaskDuration, SimulatorOptions.MaxTaskDuration) = (TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(4));
        Settings["Polling:ListAgainAfter"] = "00:02:00";
        await StartFleet();

        var jobId = await Submit();

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        var requests = Simulator.Ledger.Requests;
        Assert.That(requests.Count(request => request.Operation == Operation.List), Is.InRange(2, 3));
        Assert.That(requests.Count(request => request.Operation == Operation.Get), Is.GreaterThan(5));
    }

    /// <summary>For a while no way works, with errors that would close the account if a create met them.</summary>
    [Test]
    public async Task While_no_way_works_it_is_on_record_and_tasks_are_seen_when_one_does_again()
    {
        SimulatorOptions.Faults = new FaultScript
        {
            Rules =
            [
                new FaultRule { Operation = Operation.List, Fault = new Fault.Answer(403, "AccessDenied"), Tries = [1, 2, 3] },
                new FaultRule { Operation = Operation.Get, Fault = new Fault.Answer(403, "AccessDenied"), Tries = [1, 2, 3] },
            ],
        };
        await StartFleet();

        var first = await Submit();
        await Eventually(
            async () => (await Stores.Attempts.DueAsync("main", DateTimeOffset.MaxValue, 10, default)).Any(attempt => attempt is { State: AttemptState.Live, Watch.FailedReads: > 0 }),
            () => "The task should be known to be unseen.");
        var second = await Submit(Submission("a harbour"));

        await Heard<JobSucceeded>(e => e.JobId == first);
        await Heard<JobSucceeded>(e => e.JobId == second);
        Assert.That((await Stores.Failures.OfJobAsync(first, default)).Select(record => (record.Step, record.Bucket, record.Code)), Does.Contain(("Looking", FailureBucket.Auth, "AccessDenied")));
        Assert.That((await Find(second))!.Deferrals, Is.Zero, "the account was open all the while");
        Assert.That((await AttemptsOf(first)).Single().Watch.FailedReads, Is.Zero);
    }
}
