using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>The job id is derived from the tenant and the key, so that repeats collide on purpose.</summary>
internal sealed class When_a_submission_is_repeated : FleetTest
{
    private const string Key = "take-1";

    [Test]
    public async Task With_the_same_input_it_is_answered_with_the_job_as_it_stands()
    {
        await StartFleet();
        var submission = Submission("a lighthouse [simulate task stuck]", Key);
        var jobId = await Submit(submission);
        await JobShouldBe(jobId, nameof(JobLifecycle.Running));

        await Submit(submission);

        var accepted = await Heard<JobAccepted>(e => e.JobId == jobId && e.Duplicate);
        Assert.That(accepted.State, Is.EqualTo(nameof(JobLifecycle.Running)));
        Assert.That(accepted.Phase, Is.EqualTo(Phase.InProgress));
        Assert.That(Events.Of<JobAccepted>().Count(e => !e.Duplicate), Is.EqualTo(1));
        TasksShouldBe(1);
    }

    [Test]
    public async Task With_other_input_it_is_rejected_and_the_job_stands()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate task stuck]", Key));
        var job = await JobShouldBe(jobId, nameof(JobLifecycle.Running));

        await Submit(Submission("a windmill", Key));

        var rejected = await Heard<SubmissionRejected>(e => e.IdempotencyKey == Key);
        Assert.That(rejected.Faults.Single().Field, Is.EqualTo("idempotencyKey"));
        Assert.That(rejected.Faults.Single().Rule, Does.Contain(jobId.ToString()));
        Assert.That((await Find(jobId))!.Step, Is.EqualTo(job.Step));
        TasksShouldBe(1);
    }

    [Test]
    public async Task With_another_idea_of_success_it_is_rejected_too()
    {
        await StartFleet();
        await Submit(Submission(key: Key));

        await Submit(Submission(key: Key) with { Expect = new ResultExpectation { MinBytes = 1 } });

        await Heard<SubmissionRejected>(e => e.IdempotencyKey == Key);
    }

    [Test]
    public async Task Without_a_key_the_input_tells_jobs_apart()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse"));
        Assert.That(await Submit(Submission("a lighthouse")), Is.EqualTo(jobId));
        Assert.That(await Submit(Submission("a windmill")), Is.Not.EqualTo(jobId));

        await Heard<JobAccepted>(e => e.JobId == jobId && e.Duplicate);
        await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
        await Eventually(() => Task.FromResult(Events.Of<JobSucceeded>().Count == 2), () => "Both jobs should succeed.");
        TasksShouldBe(2);
    }

    [Test]
    public async Task Written_otherwise_it_is_the_same_input()
    {
        await StartFleet();
        var jobId = await Submit(Written("""{"duration":5,"resolution":"720p","seed":null}"""));

        await Submit(Written("""{"resolution":"720p","duration":5.0}"""));
        await Submit(Written("""{"resolution":"720p","duration":5e0}"""));

        await Eventually(() => Task.FromResult(Events.Of<JobAccepted>().Count(e => e.JobId == jobId && e.Duplicate) == 2), () => "Both should be repeats.");
        Assert.That(Events.Of<SubmissionRejected>(), Is.Empty);
        Assert.That(JobIdentity.Hash(Written("""{"duration":6,"resolution":"720p"}""")), Is.Not.EqualTo(JobIdentity.Hash(Written("""{"duration":5,"resolution":"720p"}"""))));

        static SubmitJob Written(string parameters) => Submission(key: Key) with
        {
            Input = Submission().Input! with { Parameters = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(parameters) },
        };
    }

    [Test]
    public async Task After_its_input_was_corrected_it_still_matches()
    {
        await StartFleet();
        var submission = Submission("a lighthouse", Key, ("duration", 400));
        var job = await BlockAsync(submission, FailureBucket.Validation);
        await Resume(job.CorrelationId, Corrected());
        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));

        await Submit(submission);

        await Heard<JobAccepted>(e => e.JobId == job.CorrelationId && e.Duplicate && e.State == nameof(JobLifecycle.Succeeded));
        TasksShouldBe(1);
    }

    [Test]
    public async Task By_another_tenant_it_is_another_job()
    {
        await StartFleet();

        var one = await Submit(Submission("a lighthouse", Key));
        var other = await Submit(Submission("a windmill", Key) with { TenantId = "globex" });

        Assert.That(other, Is.Not.EqualTo(one));
        await JobShouldBe(one, nameof(JobLifecycle.Succeeded));
        await JobShouldBe(other, nameof(JobLifecycle.Succeeded));
        TasksShouldBe(2);
    }

    [TestCase("a lighthouse", "Succeeded")]
    [TestCase("a lighthouse [simulate task moderate]", "Failed")]
    public async Task After_the_end_it_changes_nothing(string prompt, string end)
    {
        await StartFleet();
        var submission = Submission(prompt, Key);
        var job = await JobShouldBe(await Submit(submission), end);

        await Submit(submission);

        var accepted = await Heard<JobAccepted>(e => e.JobId == job.CorrelationId && e.Duplicate);
        Assert.That(accepted.State, Is.EqualTo(end));
        Assert.That(accepted.Phase, Is.EqualTo(Phase.Terminal));
        Assert.That((await Find(job.CorrelationId))!.Step, Is.EqualTo(job.Step));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Twenty_times_at_once_it_is_one_job()
    {
        await StartFleet();
        var submission = Submission(key: Key);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Submit(submission)));

        await Eventually(() => Task.FromResult(Events.Of<JobAccepted>().Count == 20), () => $"All 20 should be answered, and {Events.Of<JobAccepted>().Count} were.");
        Assert.That(Events.Of<JobAccepted>().Count(e => !e.Duplicate), Is.EqualTo(1));
        await JobShouldBe(JobIdentity.JobId(submission), nameof(JobLifecycle.Succeeded));
        TasksShouldBe(1);
    }
}
