using Workers.Contracts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;
using Workers.Testing.Fleet;

namespace Workers.Jobs.Tests.Failures;

/// <summary>Every bucket but Budget, reached through the provider.</summary>
internal sealed class When_a_job_fails : FleetTest
{
    private static readonly string[] Broken = ["input.parameters.duration", "input.parameters.ratio"];

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:30";
        Settings["Submission:PauseFor"] = "00:00:05";
    }

    [TestCase("create answer 400 InvalidParameter.ratio", FailureBucket.Validation, "InvalidParameter.ratio")]
    [TestCase("create answer 400 InputTextSensitiveContentDetected", FailureBucket.ContentPolicy, "InputTextSensitiveContentDetected")]
    [TestCase("create answer 401 AuthenticationError", FailureBucket.Auth, "AuthenticationError")]
    [TestCase("create answer 403 AccessDenied", FailureBucket.Auth, "AccessDenied")]
    [TestCase("create answer 403 AccountOverdueError", FailureBucket.Quota, "AccountOverdueError")]
    [TestCase("create answer 429 SetLimitExceeded", FailureBucket.Quota, "SetLimitExceeded")]
    [TestCase("create answer 418 NobodyKnowsThis", FailureBucket.Unknown, "NobodyKnowsThis")]
    [TestCase("task unknown-status pondering", FailureBucket.SchemaMismatch, "UnknownShape")]
    [TestCase("task missing-output", FailureBucket.SchemaMismatch, "UnknownShape")]
    public async Task It_is_blocked_with_its_cause_and_says_what_to_do(string fault, FailureBucket bucket, string code)
    {
        await StartFleet();

        var jobId = await Submit(Submission($"a secret lighthouse [simulate {fault}]"));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(bucket));
        Assert.That(blocked.Reason, Is.Not.Empty.And.Not.Contains("secret"));
        Assert.That(blocked.Fix, Is.Not.Empty.And.Not.Contains("secret"));
        await ShouldBeRecorded(jobId, bucket, code);
    }

    [TestCase("task moderate", FailureBucket.ContentPolicy)]
    [TestCase("task fail NobodyKnowsThis", FailureBucket.Unknown)]
    public async Task It_fails_for_good_with_its_cause(string fault, FailureBucket bucket)
    {
        await StartFleet();

        var jobId = await Submit(Submission($"a secret lighthouse [simulate {fault}]"));

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Bucket, Is.EqualTo(bucket));
        Assert.That(failed.Reason, Is.Not.Empty.And.Not.Contains("secret"));
        Assert.That(failed.Cost.Actual, Is.Zero);
        await ShouldBeRecorded(jobId, bucket, code: null);
    }

    [Test]
    public async Task A_task_that_the_provider_fails_is_tried_again_up_to_the_cap()
    {
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate task fail InternalServiceError]"));

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Bucket, Is.EqualTo(FailureBucket.ServerError));
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(3));
        await Eventually(async () => (await Stores.Failures.OfJobAsync(jobId, default)).Count == 3, () => "One failure an attempt should be recorded.");
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_task_that_expires_is_tried_again_up_to_the_cap()
    {
        var clock = new JumpingTime(TimeScale);
        Time = clock;
        Settings["Lifecycle:JobTimeout"] = "6.00:00:00";
        await StartFleet();
        var jobId = await Submit(Submission("a lighthouse [simulate task stuck]"));

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Count == attempt && Simulator.Ledger.LiveTasks.Count == 1), () => $"Attempt {attempt} should have its task.");
            await JobShouldBe(jobId, nameof(JobLifecycle.Running));
            clock.Jump(TimeSpan.FromHours(30)); // a task is given a day to three: see ProviderLimits
        }

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Bucket, Is.EqualTo(FailureBucket.Timeout));
        Assert.That(failed.Reason, Does.Contain("expired unbilled"));
        Assert.That(failed.Cost.Actual, Is.Zero);
        await Eventually(async () => (await Stores.Failures.OfJobAsync(jobId, default)).Count == 3, () => "One failure an attempt should be recorded.");
        var failures = await Stores.Failures.OfJobAsync(jobId, default);
        Assert.That(failures.Select(failure => (failure.Attempt, failure.Step, failure.Code)), Is.EqualTo(new[] { (1, "Running", "Expired"), (2, "Running", "Expired"), (3, "Running", "Expired") }));
        NothingIsPaidTwice();
    }

    [Test]
    public async Task A_job_past_its_deadline_fails_and_says_what_becomes_of_its_task()
    {
        SimulatorOptions.MinTaskDuration = SimulatorOptions.MaxTaskDuration = TimeSpan.FromDays(2);
        Settings["Lifecycle:JobTimeout"] = "00:05:00";
        await StartFleet();

        var jobId = await Submit();

        var failed = await Heard<JobFailed>(e => e.JobId == jobId);
        Assert.That(failed.Bucket, Is.EqualTo(FailureBucket.Timeout));
        Assert.That(failed.Reason, Does.Contain("deadline").And.Contain(Simulator.Ledger.Tasks.Single().Id));
        await ShouldBeRecorded(jobId, FailureBucket.Timeout, "DeadlinePassed");
    }

    [Test]
    public async Task A_throttled_call_uses_up_no_attempt_and_no_redelivery()
    {
        SimulatorOptions.Faults = new FaultScript
        {
            Rules = [new FaultRule { Operation = Operation.Create, Fault = new Fault.Answer(429, "RateLimitExceeded.EndpointRPMExceeded"), Tries = [1, 2, 3, 4, 5] }],
        };
        await StartFleet();

        var jobId = await Submit();

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        Assert.That((await Find(jobId))!.AttemptsUsed, Is.Zero);
        Assert.That(Simulator.Ledger.Tasks, Has.Count.EqualTo(1));
        await ShouldBeRecorded(jobId, FailureBucket.RateLimit, "RateLimitExceeded.EndpointRPMExceeded");
    }

    [Test]
    public async Task A_call_whose_outcome_nobody_can_tell_is_uncertain()
    {
        SimulatorOptions.Faults = new FaultScript { Rules = [new FaultRule { Operation = Operation.List, Fault = new Fault.NotJson() }] };
        Settings["Http:Retries"] = "0";
        await StartFleet();

        var jobId = await Submit(Submission("a lighthouse [simulate create drop-response]"));

        Assert.That((await Heard<JobBlocked>(e => e.JobId == jobId)).Bucket, Is.EqualTo(FailureBucket.Uncertain));
        await ShouldBeRecorded(jobId, FailureBucket.Uncertain, "NotReconciled");
    }

    [Test]
    public async Task A_reference_that_is_missing_blocks_the_job_before_any_money_is_spent()
    {
        await StartFleet();
        var plain = Submission("a secret lighthouse");

        var jobId = await Submit(plain with
        {
            Input = plain.Input! with { References = [new Reference { Uri = $"{Simulator.Root}samples/secret.png", Kind = "image", Role = "first_frame" }] },
        });

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Validation));
        var fault = blocked.Faults.Single();
        Assert.That(fault.Field, Is.EqualTo("input.references[0]"));
        Assert.That(fault.Found, Does.Contain("404"));
        Assert.That($"{blocked.Reason} {blocked.Fix} {fault}", Does.Not.Contain("secret"));
        Assert.That(Simulator.Ledger.Requests.Select(request => request.Operation), Has.None.EqualTo(Operation.Create));
        await ShouldBeRecorded(jobId, FailureBucket.Validation, "InputRefused");
    }

    [Test]
    public async Task An_input_that_breaks_rules_blocks_the_job_and_every_rule_is_named()
    {
        await StartFleet();

        var jobId = await Submit(Submission(parameters: [("ratio", "secret:9"), ("duration", 99)]));

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Validation));
        Assert.That(blocked.Faults.Select(fault => fault.Field), Is.EquivalentTo(Broken));
        Assert.That(string.Join(' ', blocked.Faults), Does.Not.Contain("secret"));
        Assert.That(Simulator.Ledger.Requests, Is.Empty);
        await ShouldBeRecorded(jobId, FailureBucket.Validation, "InputRefused");
    }

    [Test]
    public async Task What_fails_again_in_one_place_is_one_failure()
    {
        await StartFleet();
        var published = new MessageCounts();
        Fleet.Bus.ConnectPublishObserver(published);

        var jobId = await Submit(Submission("a lighthouse [simulate task unknown-status pondering]"));

        await Heard<JobBlocked>(e => e.JobId == jobId);
        await Eventually(async () => (await Stores.Failures.OfJobAsync(jobId, default)).Count == 2, () => "There should be a failure of the polling and one of the job.");
        var failures = await Stores.Failures.OfJobAsync(jobId, default);
        Assert.That(failures.Select(failure => (failure.Attempt, failure.Step)), Is.EquivalentTo(new[] { (1, "Polling"), (1, "Running") }));
        Assert.That(published.Now()[nameof(FailureObserved)], Is.GreaterThanOrEqualTo(10), "it was seen that often");
    }

    [Test]
    public async Task A_key_that_stays_wrong_blocks_the_job_after_its_attempts()
    {
        Settings["Accounts:main:ApiKey"] = "wrong-key";
        Settings["Submission:PauseFor"] = "00:01:00";
        await StartFleet();

        var jobId = await Submit();

        var blocked = await Heard<JobBlocked>(e => e.JobId == jobId);
        Assert.That(blocked.Bucket, Is.EqualTo(FailureBucket.Auth));
        Assert.That($"{blocked.Reason} {blocked.Fix}", Does.Contain("key").And.Not.Contain("wrong-key"));
        Assert.That((await Find(jobId))!.AttemptsUsed, Is.EqualTo(3));
        var creates = Simulator.Ledger.Requests.Where(request => request.Operation == Operation.Create).ToArray();
        Assert.That(creates.Select(create => create.Status), Is.EqualTo(new int?[] { 401, 401, 401 }));
        Assert.That(creates.Zip(creates.Skip(1), (one, next) => next.At - one.At), Is.All.GreaterThanOrEqualTo(TimeSpan.FromMinutes(1)), "each attempt waits until the account opens again");
        await Eventually(async () => (await Stores.Failures.OfJobAsync(jobId, default)).Count == 3, () => "One failure an attempt should be recorded.");
    }

    [Test]
    public async Task An_account_that_is_mended_goes_on_by_itself()
    {
        var key = Path.GetTempFileName();
        await File.WriteAllTextAsync(key, "wrong-key");
        Settings["Accounts:main:ApiKey"] = "";
        Settings["Accounts:main:ApiKeyFile"] = key;
        Settings["Submission:PauseFor"] = "00:01:00";
        await StartFleet();
        var jobId = await Submit();
        await Eventually(async () => (await Find(jobId))?.State == nameof(JobLifecycle.Waiting), () => "The job should wait for its account.");
        Assert.That((await Stores.Accounts.GetAsync("main", default)).Pause?.Bucket, Is.EqualTo(FailureBucket.Auth));

        await File.WriteAllTextAsync(key, "simulator-key");
        File.SetLastWriteTimeUtc(key, DateTime.UnixEpoch); // another time than before, however fast this was

        await Heard<JobSucceeded>(e => e.JobId == jobId);
        await ShouldBeRecorded(jobId, FailureBucket.Auth, code: null);
        File.Delete(key);
    }

    private async Task ShouldBeRecorded(Guid jobId, FailureBucket bucket, string? code)
    {
        await Eventually(
            async () => (await Stores.Failures.OfJobAsync(jobId, default)).Any(failure => failure.Bucket == bucket && (code is null || failure.Code == code)),
            () => $"A failure in bucket {bucket} with code {code} should be recorded.");
        var failures = await Stores.Failures.OfJobAsync(jobId, default);
        Assert.That(failures.Select(failure => failure.Id), Is.Unique);
        Assert.That(failures, Is.All.Matches<Failure>(failure => failure is { TenantId: Tenant, Provider: "seedance", Account: "main", Attempt: >= 1, Step.Length: > 0, Code.Length: > 0 }));
        Assert.That(failures.Select(failure => failure.Reason), Has.None.Contains("secret"));
        Assert.That((await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default))[bucket], Is.Positive);
    }
}
