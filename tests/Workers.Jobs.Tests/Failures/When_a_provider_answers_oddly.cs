using Microsoft.Extensions.DependencyInjection;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Failures;

/// <summary>What nobody needs decides nothing, and what the provider meant is what counts.</summary>
internal sealed class When_a_provider_answers_oddly : FleetTest
{
    /// <summary>All kinds share one fleet: each is a job of its own.</summary>
    [Test]
    public async Task A_paid_film_is_had_whatever_else_the_provider_says_of_it()
    {
        await StartFleet();
        string[] faults = ["missing-usage", "missing-times", "iso-times", "text-numbers", "fraction-numbers"];
        Dictionary<string, Guid> jobs = [];
        foreach (var fault in faults)
        {
            jobs[fault] = await Submit(Submission($"{fault} [simulate task {fault}]"));
        }

        foreach (var (fault, jobId) in jobs)
        {
            var succeeded = await Heard<JobSucceeded>(e => e.JobId == jobId);
            Assert.That(succeeded.Outputs, Is.Not.Empty, fault);
            Assert.That(succeeded.Cost.Unknown, Is.EqualTo(fault == "missing-usage" ? 1 : null), fault);
            var notes = (await Find(jobId))!.Timeline.Select(entry => entry.Note).OfType<string>().ToArray();
            string? missing = fault switch { "missing-usage" => "usage", "missing-times" => "created_at", _ => null };
            Assert.That(notes.Count(note => missing is not null && note.Contains(missing, StringComparison.Ordinal)), Is.EqualTo(missing is null ? 0 : 1), fault);
        }

        var costs = await Stores.Costs.BetweenAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, default);
        Assert.That(costs.Where(cost => cost.Actual is null).Select(cost => cost.Id.JobId), Is.EqualTo(new[] { jobs["missing-usage"] }));
        var invoice = Simulator.Ledger.Invoice.Sum(line => line.AmountUsd);
        Assert.That(costs.Sum(cost => cost.Actual), Is.GreaterThan(0).And.LessThan(invoice), "what is unknown was billed all the same");
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_cost_that_was_unknown_is_filled_in_by_a_later_look_or_by_hand()
    {
        await StartFleet();
        var later = await Submit(Submission("later [simulate list unlisted-usage]"));
        var byHand = await Submit(Submission("by hand [simulate task missing-usage]"));

        var succeeded = await Heard<JobSucceeded>(e => e.JobId == later);
        Assert.That((succeeded.Cost.Unknown, succeeded.Cost.Actual), Is.EqualTo(((int?)null, succeeded.Cost.Estimated)));
        Assert.That((await Stores.Results.FindAsync(later, (await Find(later))!.Generation, default))!.Usage.Tokens, Is.Positive);

        await JobShouldBe(byHand, nameof(JobLifecycle.Succeeded));
        var filling = Fleet.Services.GetRequiredService<CostFilling>();
        var (refusal, amount, _) = await filling.FillAsync((await Find(byHand))!, 1, _ => 0.42m, "ada", default);
        Assert.That((refusal, amount), Is.EqualTo(((string?)null, 0.42m)));
        Assert.That((await filling.FillAsync((await Find(later))!, 2, _ => 1, "ada", default)).Refusal, Does.Contain("no attempt 2"));

        var job = (await Find(byHand))!;
        Assert.That((JobCosts.Of(job).Actual, JobCosts.Of(job).Unknown), Is.EqualTo((0.42m, (int?)null)));
        Assert.That((JobCosts.Told(job).Actual, JobCosts.Told(job).Unknown), Is.EqualTo((0m, (int?)1)), "an event has the same content however often it is told");
        var costs = await Stores.Costs.BetweenAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null, default);
        Assert.That(costs.Select(cost => (cost.Id.JobId, cost.Actual is null)), Is.EquivalentTo(new[] { (later, false), (byHand, false) }));
        Assert.That((await Stores.Audit.OfJobAsync(byHand, default)).Select(entry => entry.Action), Does.Contain(AuditAction.CostFilled));
    }

    [Test]
    public async Task What_passes_is_tried_again_and_what_was_meant_is_the_cause()
    {
        await StartFleet();
        string[] passing = ["answer 429 rate_limit_exceeded", "answer 425 TooEarly", "error-inside rate_limit_exceeded", "fetch-timeout"];
        List<Guid> well = [];
        foreach (var fault in passing)
        {
            well.Add(await Submit(Submission($"passing [simulate create once {fault}]")));
        }

        var refused = await Submit(Submission("refused [simulate create error-inside InputTextSensitiveContentDetected]"));
        var unfetched = await Submit(Submission("unfetched [simulate create fetch-timeout]"));
        var odd = await Submit(Submission("odd [simulate create error-inside NobodyKnowsThis]"));

        foreach (var jobId in well)
        {
            await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
        }

        Assert.That((await JobShouldBeBlocked(refused, FailureBucket.ContentPolicy)).Trouble!.Said, Does.StartWith("200 InputTextSensitiveContentDetected, message "));
        Assert.That((await JobShouldBeBlocked(unfetched, FailureBucket.Validation)).AttemptsUsed, Is.EqualTo(3), "it was tried again first");
        var cause = (await JobShouldBeBlocked(odd, FailureBucket.Unknown)).Trouble!;
        Assert.That(cause.Code, Is.EqualTo("NobodyKnowsThis"));
        Assert.That(cause.Reason, Does.Contain("no task was made"));
        NothingIsPaidTwice();
    }

    [Test]
    public async Task One_job_that_a_firewall_dislikes_does_not_close_the_account()
    {
        await StartFleet();

        var disliked = await Submit(Submission("disliked [simulate create firewall]"));
        var blocked = await JobShouldBeBlocked(disliked, FailureBucket.Auth);

        Assert.That(blocked.Trouble!.Fix, Does.Contain("prompt"));
        Assert.That(blocked.Trouble.Said, Does.StartWith("403 without a code, body "));
        Assert.That((await Stores.Accounts.GetAsync("main", default)).Pause, Is.Null);
        Assert.That(blocked.AttemptsUsed, Is.EqualTo(1), "nobody calls again what is refused");
        await JobShouldBe(await Submit(), nameof(JobLifecycle.Succeeded));
    }

    [Test]
    public async Task Several_jobs_refused_one_after_the_other_close_it()
    {
        await StartFleet();
        for (var job = 1; job <= 2; job++)
        {
            await JobShouldBeBlocked(await Submit(Submission($"job {job} [simulate create firewall]")), FailureBucket.Auth);
        }

        await Submit(Submission("job 3 [simulate create firewall]"));

        await Eventually(async () => (await Stores.Accounts.GetAsync("main", default)).Pause is not null, () => "The account should be closed.");
    }

    [Test]
    public async Task An_account_that_is_refused_everywhere_is_closed_at_once()
    {
        SimulatorOptions.Faults = new FaultScript
        {
            Rules =
            [
                new FaultRule { Operation = Operation.Create, Fault = new Fault.Firewall() },
                new FaultRule { Operation = Operation.List, Fault = new Fault.Firewall() },
            ],
        };
        await StartFleet();

        await Submit();

        await Eventually(async () => (await Stores.Accounts.GetAsync("main", default)).Pause is not null, () => "The account should be closed.");
        Assert.That(Simulator.Ledger.Requests.Count(request => request.Operation == Operation.Create), Is.EqualTo(1));
    }
}
