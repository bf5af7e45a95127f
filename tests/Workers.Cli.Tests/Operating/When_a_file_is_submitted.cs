using System.Globalization;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Tests.Operating;

internal sealed class When_a_file_is_submitted : OperatorTest
{
    [Test]
    public async Task Each_line_is_answered_and_its_job_made_once()
    {
        await StartFleet();
        var file = Write("jobs.jsonl", Line("one"), "", Line("two"), Line("one"));

        Assert.That(await OperateAsync("submit", file), Is.EqualTo(ExitCode.AsExpected), () => Said + Complained);

        var one = JobIdentity.JobId(Tenant, "one");
        Assert.That(Said, Does.Contain($"line 1 one -> job {one} accepted").And.Contain($"line 3 two -> job {JobIdentity.JobId(Tenant, "two")} accepted")
            .And.Contain($"line 4 one -> job {one} is there already").And.Contain("2 jobs accepted, 1 there already, 0 rejected, 0 not answered yet."));
        await JobShouldBe(one, nameof(JobLifecycle.Succeeded));
        Assert.That((await AuditOf(one)).Select(entry => (entry.Actor, entry.Action)), Is.EqualTo(new[] { (Operator, AuditAction.Submitted), (Operator, AuditAction.Submitted) }));
        TasksShouldBe(2);

        Assert.That(await OperateAsync("submit", file), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.Contain("0 jobs accepted, 3 there already"));
    }

    [Test]
    public async Task The_first_line_of_a_job_makes_it_whatever_comes_after()
    {
        await StartFleet();
        string[] keys = [.. Enumerable.Range(1, 20).Select(number => FormattableString.Invariant($"job-{number}"))];
        var file = Write("jobs.jsonl", [.. keys.Select(key => Line(key)), .. keys.Select(key => Line(key, prompt: "Another kite."))]);

        Assert.That(await OperateAsync("submit", file), Is.EqualTo(ExitCode.Otherwise));

        Assert.That(Said, Does.Contain("20 jobs accepted, 0 there already, 20 rejected, 0 not answered yet."));
        foreach (var (number, key) in keys.Index())
        {
            Assert.That(Said, Does.Contain(FormattableString.Invariant($"line {number + 1} {key} -> job {JobIdentity.JobId(Tenant, key)} accepted")));
            Assert.That(Complained, Does.Contain(FormattableString.Invariant($"line {number + 21} {key} -> rejected: idempotencyKey")));
        }
    }

    [Test]
    public async Task What_breaks_the_rules_is_rejected_in_words()
    {
        await StartFleet();

        Assert.That(await OperateAsync("submit", Write("jobs.jsonl", Line("one"), Line("two", provider: "nobody"))), Is.EqualTo(ExitCode.Otherwise));

        Assert.That(Complained, Does.Contain("line 2 two -> rejected: ").And.Contain("provider"));
        Assert.That(Said, Does.Contain("1 job accepted, 0 there already, 1 rejected"));
    }

    [Test]
    public async Task A_line_that_can_not_be_read_stops_all()
    {
        await StartFleet();
        var file = Write("jobs.jsonl", Line("one"), "{ \"tenant\": 1 }");

        Assert.That(await OperateAsync("submit", file), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain("Nothing was sent").And.Contain(string.Create(CultureInfo.InvariantCulture, $"{file}:2: ")));
        Assert.That(await Stores.Audit.NewestAsync(null, 1, default), Is.Empty);
    }

    [Test]
    public async Task Where_no_worker_runs_submissions_wait_and_their_jobs_are_named()
    {
        await StartFleet();
        await EndProcess();

        Assert.That(await OperateAsync("submit", Write("jobs.jsonl", Line("one")), "--wait", "00:00:01"), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Complained, Does.Contain($"line 1 one -> job {JobIdentity.JobId(Tenant, "one")} is not answered yet"));

        await StartFleet();
        await JobShouldBe(JobIdentity.JobId(Tenant, "one"), nameof(JobLifecycle.Succeeded));
    }

    private static string Line(string key, string provider = "seedance", string? prompt = null) =>
        $$$"""{"tenantId":"{{{Tenant}}}","idempotencyKey":"{{{key}}}","provider":"{{{provider}}}","input":{"model":"dreamina-seedance-2-0-260128","prompt":"{{{prompt ?? $"A kite for {key}."}}}"}}""";
}
