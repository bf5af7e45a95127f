using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Submission;

internal sealed class When_a_film_is_made_from_a_draft : FleetTest
{
    private const string Model = "dreamina-seedance-2-5-260628";

    [Test]
    public async Task Its_job_names_the_task_of_the_drafts_job_and_each_costs_what_it_is()
    {
        await StartFleet();
        var draft = await Submit(OfModel(Submission(key: "draft", parameters: [("draft", true), ("resolution", "480p"), ("duration", 4), ("ratio", "16:9")])));
        await JobShouldBe(draft, nameof(JobLifecycle.Succeeded));
        var task = (await Heard<JobStarted>(e => e.JobId == draft)).TaskId;

        var film = OfModel(Submission(key: "film", parameters: [("draft_task", new { id = task })]));
        var job = await JobShouldBe(await Submit(film with { Input = film.Input! with { Prompt = null } }), nameof(JobLifecycle.Succeeded));

        var invoice = Simulator.Ledger.Invoice;
        var attempt = (await AttemptsOf(job.CorrelationId)).Single();
        Assert.That(invoice.Select(line => line.Tokens), Is.EqualTo(new[] { 854L * 480 * 97 / 1024, 1920L * 1080 * 97 / 1024 }));
        Assert.That(attempt.End!.Price!.Amount, Is.EqualTo(invoice[1].AmountUsd));
        Assert.That(attempt.Estimate.Amount, Is.GreaterThanOrEqualTo(invoice[1].AmountUsd));
        Assert.That((attempt.Intent.Resolution, attempt.Intent.Duration), Is.EqualTo(((string?)null, (int?)null)), "what is the draft's is not compared");
    }

    [Test]
    public async Task One_whose_answer_is_lost_is_found_and_not_made_again()
    {
        SimulatorOptions.Faults = FaultScript.Parse("""{"rules":[{"operation":"create","fault":"drop-response","tries":[1]}]}""");
        Settings["Submission:SettleTime"] = "00:00:10";
        await StartFleet();
        var draft = await Submit(OfModel(Submission(key: "draft", parameters: [("draft", true), ("resolution", "480p"), ("duration", 4)])));
        await JobShouldBe(draft, nameof(JobLifecycle.Succeeded));
        var task = (await Heard<JobStarted>(e => e.JobId == draft)).TaskId;

        var film = OfModel(Submission(key: "film", parameters: [("draft_task", new { id = task })]));
        await JobShouldBe(await Submit(film with { Input = film.Input! with { Prompt = null } }), nameof(JobLifecycle.Succeeded), seconds: 60);

        Assert.That(Simulator.Ledger.Invoice, Has.Count.EqualTo(2), "each of both answers was lost once");
    }

    private static SubmitJob OfModel(SubmitJob submission) => submission with { Input = submission.Input! with { Model = Model } };
}
