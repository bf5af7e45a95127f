using System.Text.Json;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Simulator;

namespace Workers.Cli.Tests.Operating;

/// <summary>Resume, cancel, settle: what was ordered is carried out or refused in words, and is on record either way.</summary>
internal sealed class When_jobs_are_ordered : OperatorTest
{
    private static readonly (string, object) TooLong = ("duration", 400);

    [SetUp]
    public void ShortenTheWaits() => Settings["Lifecycle:InitialBackoff"] = "00:00:01";

    [Test]
    public async Task A_blocked_job_goes_on_with_corrected_input()
    {
        await StartFleet();
        var job = await BlockAsync(Submission("a secret lighthouse", parameters: TooLong), FailureBucket.Validation);
        var file = Write("input.json", JsonSerializer.Serialize(Corrected("a secret harbour"), ContractsJson.Default.JobInput));

        Assert.That(await OperateAsync("resume", job.CorrelationId.ToString(), "--input", file), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);

        Assert.That(Said, Does.Contain($"Job {job.CorrelationId} was Blocked and is "));
        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Succeeded));
        var entry = (await AuditOf(job.CorrelationId)).Single();
        Assert.That((entry.Actor, entry.Action, entry.TenantId), Is.EqualTo((Operator, AuditAction.Resumed, Tenant)));
        Assert.That(string.Join(' ', entry.Details.Keys.Order()), Is.EqualTo("inputSha256 state"));
        Assert.That(JsonSerializer.Serialize(entry), Does.Not.Contain("secret"));
    }

    [Test]
    public async Task What_the_fleet_refuses_is_told_in_its_words_and_is_on_record()
    {
        await StartFleet();
        var job = await JobShouldBe(await Submit(), nameof(JobLifecycle.Succeeded));

        Assert.That(await OperateAsync("resume", job.CorrelationId.ToString()), Is.EqualTo(ExitCode.Otherwise));

        Assert.That(Complained, Does.Contain("The fleet refused it: The job has ended (Succeeded)"));
        Assert.That((await AuditOf(job.CorrelationId)).Select(entry => entry.Action), Is.EqualTo(new[] { AuditAction.Resumed, AuditAction.Refused }));
    }

    [Test]
    public async Task A_job_is_cancelled()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        Assert.That(await OperateAsync("cancel", job.CorrelationId.ToString()), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);

        Assert.That(Said, Does.Contain($"Job {job.CorrelationId} was Blocked and is Cancelled now.").Or.Contain($"Job {job.CorrelationId} was Blocked and is being cancelled"));
        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Cancelled));
        Assert.That((await AuditOf(job.CorrelationId)).Single().Action, Is.EqualTo(AuditAction.Cancelled));
    }

    [Test]
    public async Task Nothing_is_settled_that_is_certain()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);

        Assert.That(await OperateAsync("settle", job.CorrelationId.ToString(), "--task", "task-7"), Is.EqualTo(ExitCode.Otherwise));

        Assert.That(Complained, Does.Contain("The fleet refused it").And.Contain("not uncertain"));
        var entry = (await AuditOf(job.CorrelationId))[0];
        Assert.That((entry.Action, entry.Details["taskId"]), Is.EqualTo((AuditAction.Settled, "task-7")));
    }

    [Test]
    public async Task An_uncertain_job_is_settled()
    {
        Settings["Submission:CallMargin"] = "00:01:00";
        Settings["Submission:SettleTime"] = "00:00:01";
        Settings["Http:CreateTimeout"] = "00:01:00";
        Settings["Polling:MostFailedReads"] = "1";
        Settings["Polling:RereadAfter"] = "00:00:01";
        SimulatorOptions.Faults = new FaultScript { Rules = [new FaultRule { Operation = Operation.List, Fault = new Fault.WrongShape(), Tries = [1] }] };
        await StartFleet();
        var job = await BlockAsync(Submission("a lighthouse [simulate create once drop-request]"), FailureBucket.Uncertain);

        Assert.That(await OperateAsync("settle", job.CorrelationId.ToString(), "--not-created"), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);

        Assert.That((await AuditOf(job.CorrelationId)).Single().Details["notCreated"], Is.EqualTo("true"));
        await Eventually(() => Task.FromResult(Simulator.Ledger.Tasks.Count == 1), () => "A task should be made.");
        NothingIsPaidTwice();
    }

    [TestCase("resume")]
    [TestCase("cancel")]
    [TestCase("settle", "--not-created")]
    [TestCase("jobs", "show")]
    public async Task A_job_that_is_not_there_is_told_before_anything_is_sent(params string[] command)
    {
        await StartFleet();
        string[] args = command[0] == "jobs" ? ["jobs", "show", $"{Guid.Empty}"] : [command[0], $"{Guid.Empty}", .. command[1..]];

        Assert.That(await (command[0] == "jobs" ? CliAsync(args) : OperateAsync(args)), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain($"There is no job {Guid.Empty}"));
        Assert.That(await Stores.Audit.NewestAsync(null, 1, default), Is.Empty);
    }

    [TestCase("--actor", " ")]
    [TestCase("--wait", "-00:00:01")]
    [TestCase("--wait", "25:00:00")]
    public async Task What_makes_no_sense_is_refused(string option, string value)
    {
        Assert.That(await CliAsync("cancel", $"{Guid.Empty}", option, value), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain($"{option} "));
    }

    [Test]
    public async Task Where_no_worker_runs_the_order_waits_in_its_queue()
    {
        await StartFleet();
        var job = await BlockAsync(Submission(parameters: TooLong), FailureBucket.Validation);
        await EndProcess();

        Assert.That(await OperateAsync("cancel", job.CorrelationId.ToString(), "--wait", "00:00:01"), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Complained, Does.Contain("The broker has the command, and no worker has carried it out"));

        await StartFleet();
        await JobShouldBe(job.CorrelationId, nameof(JobLifecycle.Cancelled));
    }
}
