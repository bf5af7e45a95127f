using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Lifecycle;

/// <summary>From each place where a job can be blocked, back to where its attempt stands.</summary>
internal sealed class When_a_blocked_job_is_resumed : FleetTest
{
    private static readonly (string, object) TooLong = ("duration", 400);

    [SetUp]
    public void ShortenTheWaits() => Settings["Lifecycle:InitialBackoff"] = "00:00:01";

    [Test]
    public async Task Refused_by_the_checks_and_corrected_it_succeeds_with_its_first_attempt()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);
        Assert.That(await AttemptsOf(job.CorrelationId), Is.Empty, "no attempt before the input is sound");

        await Resume(job.CorrelationId, Corrected());

        job = await JobShouldGoThrough(job.CorrelationId, "Blocked", "Submitting", "Running", "Retrieving", "Succeeded");
        Assert.That(job.Attempt, Is.EqualTo(1));
        Assert.That(Simulator.Ledger.Tasks.Single().Prompt, Is.EqualTo(Corrected().Prompt));
        Assert.That(Events.Of<CommandRejected>(), Is.Empty, "what was carried out is not rejected as well");
    }

    [Test]
    public async Task Refused_by_the_checks_and_not_corrected_it_is_blocked_again()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        await Resume(job.CorrelationId);

        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.Validation, times: 2);
        TasksShouldBe(0);
    }

    [Test]
    public async Task Corrected_input_that_breaks_the_contract_itself_is_rejected()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        await Resume(job.CorrelationId, new JobInput { Prompt = "a lighthouse" });

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("input.model"));
        Assert.That((await Find(job.CorrelationId))!.Step, Is.EqualTo(job.Step));
    }

    [Test]
    public async Task Refused_for_its_account_it_succeeds_once_the_account_is_mended()
    {
        Settings["Lifecycle:MaxAttempts"] = "2";
        Settings["Submission:PauseFor"] = "00:00:05";
        await StartFleet();
        var job = await BlockAsync(
            Submission("a lighthouse [simulate create try 1 answer 401 AuthenticationError] [simulate create try 2 answer 401 AuthenticationError]"),
            FailureBucket.Auth);
        Assert.That(job.Attempt, Is.EqualTo(2), "every attempt was used");

        await Resume(job.CorrelationId);

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Attempt, Is.EqualTo(3));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Moderated_at_its_creation_it_succeeds_with_another_attempt_and_another_prompt()
    {
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate create answer 400 InputTextSensitiveContentDetected]"), FailureBucket.ContentPolicy);

        await Resume(job.CorrelationId, Corrected());

        job = await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        Assert.That(job.Attempt, Is.EqualTo(2));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_task_cancelled_by_somebody_at_the_provider_it_has_another_made()
    {
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate task try 1 stay-queued]"));
        var running = await JobShouldBe(jobId, nameof(JobLifecycle.Running));
        await DeleteAtProvider(running.TaskId!);
        await JobShouldBeBlocked(jobId, FailureBucket.Unknown);

        await Resume(jobId);

        await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded));
        TasksShouldBe(2);
    }

    [Test]
    public async Task Its_task_of_an_unknown_status_it_is_watched_further_until_the_provider_answers_well()
    {
        Settings["Polling:OddAnswers"] = "2";
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate task unknown-status pondering 2]"), FailureBucket.SchemaMismatch);

        await Resume(job.CorrelationId);

        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Running", "Retrieving", "Succeeded");
        TasksShouldBe(1);
        Assert.That((await Find(job.CorrelationId))!.Costs[1].Actual, Is.EqualTo(Simulator.Ledger.Invoice.Single().AmountUsd));
        Assert.That((await Stores.Accounts.GetAsync("main", default)).InFlight, Is.Zero, "its slot came back once");
    }

    [Test]
    public async Task Its_task_of_an_unknown_shape_it_is_watched_again_and_has_no_other_made()
    {
        Settings["Polling:OddAnswers"] = "2";
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate task missing-output]"), FailureBucket.SchemaMismatch);

        await Resume(job.CorrelationId);

        await JobShouldBeBlocked(job.CorrelationId, FailureBucket.SchemaMismatch, times: 2);
        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Running", "Blocked");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_task_known_and_unclear_there_is_nothing_to_settle()
    {
        Settings["Polling:OddAnswers"] = "2";
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate task missing-output]"), FailureBucket.SchemaMismatch);

        await Resume(job.CorrelationId, Corrected(), new Settlement { NotCreated = true, SettledBy = Operator });

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain(job.TaskId).And.Contain("PayAgain"));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_submission_dead_lettered_it_succeeds_once_the_cause_is_mended()
    {
        await DeadLetterAt(Failpoint.BeforeAttempt, out var submission);
        var job = await BlockAsync(submission, FailureBucket.Unknown);
        Assert.That(job.Trouble!.Reason, Does.Contain("StartJob"));
        Failpoints.Disarm(Failpoint.BeforeAttempt);

        await Resume(job.CorrelationId);

        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        TasksShouldBe(1);
    }

    [Test]
    public async Task Its_retrieval_dead_lettered_it_is_retrieved_again_at_no_cost()
    {
        await DeadLetterAt(Failpoint.BeforeResult, out var submission);
        var job = await BlockAsync(submission, FailureBucket.Unknown);
        Assert.That(job.Trouble!.Reason, Does.Contain("RetrieveResult"));
        Failpoints.Disarm(Failpoint.BeforeResult);

        await Resume(job.CorrelationId);

        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Retrieving", "Succeeded");
        TasksShouldBe(1);
    }

    [Test]
    public async Task Twice_is_once()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        await Task.WhenAll(Resume(job.CorrelationId, Corrected()), Resume(job.CorrelationId, Corrected()));

        await JobShouldGoThrough(job.CorrelationId, "Blocked", "Submitting", "Running", "Retrieving", "Succeeded");
        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("goes on by itself").Or.Contain("has ended"));
        TasksShouldBe(1);
    }

    [Test]
    public async Task By_another_tenant_it_is_unknown_and_stays_blocked()
    {
        Settings["Redelivery:First"] = "00:00:00.010";
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        await Resume(job.CorrelationId, Corrected(), tenant: "globex");

        Assert.That(await CommandShouldBeRejected<ResumeJob>(job.CorrelationId), Does.Contain("no such job"));
        Assert.That((await Find(job.CorrelationId))!.Step, Is.EqualTo(job.Step));
    }

    [TestCase("a lighthouse [simulate task stuck]", "Running", "goes on by itself")]
    [TestCase("a lighthouse", "Succeeded", "has ended")]
    [TestCase("a lighthouse [simulate task moderate]", "Failed", "has ended")]
    public async Task Not_blocked_at_all_it_stands_as_it_stood(string prompt, string state, string reason)
    {
        await StartFleet();
        var jobId = await Submit(Submission(prompt));
        var job = await JobShouldBe(jobId, state);

        await Resume(jobId, Corrected(), payAgain: true);

        Assert.That(await CommandShouldBeRejected<ResumeJob>(jobId), Does.Contain(reason));
        Assert.That((await Find(jobId))!.Step, Is.EqualTo(job.Step));
        TasksShouldBe(1);
    }

    private Task DeadLetterAt(string failpoint, out SubmitJob submission)
    {
        Settings["Redelivery:First"] = "00:00:00.010";
        Failpoints.Arm(failpoint, _ => throw new InvalidOperationException("broken for the test"));
        submission = Submission();
        return StartFleet();
    }
}
