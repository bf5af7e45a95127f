using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Testing;

namespace Workers.Cli.Tests.Operating;

internal sealed class When_jobs_are_looked_at : OperatorTest
{
    private const string Secret = "a secret lighthouse";

    [Test]
    public async Task They_are_listed_newest_first_page_by_page()
    {
        var jobs = await AddAsync(5);

        Assert.That(await CliAsync("jobs", "list", "--limit", "2"), Is.EqualTo(ExitCode.AsExpected), () => Complained);
        Assert.That(Order(jobs), Is.EqualTo("4 3"));
        Assert.That(Said, Does.Not.Contain(Secret));

        await CliAsync("jobs", "list", "--limit", "2", "--after", After());
        Assert.That(Order(jobs), Is.EqualTo("2 1"));
        await CliAsync("jobs", "list", "--limit", "2", "--after", After());
        Assert.That(Order(jobs), Is.EqualTo("0"));
        Assert.That(Said, Does.Contain("1 job.").And.Not.Contain("--after"));
    }

    [Test]
    public async Task They_are_listed_by_what_is_asked_for()
    {
        var jobs = await AddAsync(3);
        var blocked = Some.Job();
        (blocked.TenantId, blocked.State, blocked.SubmittedAt) = ("acme", "Blocked", TimeProvider.System.GetUtcNow().AddHours(-2));
        blocked.Trouble = new JobTrouble { Bucket = FailureBucket.Quota, Disposition = Workers.Providers.Disposition.Block, Code = "code", Reason = "No money.", Fix = "Pay." };
        await Stores.Jobs.AddAsync(blocked, default);

        foreach (var filter in new[] { "--tenant acme", "--state Blocked", "--phase Blocked", "--phase blocked --tenant acme", "--bucket Quota", "--since 3h" })
        {
            Assert.That(await CliAsync(["jobs", "list", .. filter.Split(' ')]), Is.EqualTo(ExitCode.AsExpected), () => Complained);
            Assert.That(Said, Does.Contain($"{blocked.CorrelationId}").And.Contain("Quota: No money.").And.Contain("1 job."), filter);
            Assert.That(Order(jobs), Is.Empty, filter);
        }

        await CliAsync("jobs", "list", "--since", "1h");
        Assert.That(Said, Does.Contain("0 jobs."));
    }

    [Test]
    public async Task As_JSON_too()
    {
        var jobs = await AddAsync(2);

        await CliAsync("jobs", "list", "--limit", "1", "--output", "json");

        var first = Document().GetProperty("jobs")[0];
        Assert.That((first.GetProperty("jobId").GetGuid(), first.GetProperty("state").GetString(), first.GetProperty("phase").GetString()), Is.EqualTo((jobs[1].CorrelationId, "Running", "InProgress")));
        Assert.That(Said, Does.Not.Contain(Secret));
        var next = Document().GetProperty("next").GetString()!;

        await CliAsync("jobs", "list", "--limit", "5", "--output", "json", "--after", next);
        Assert.That(Document().GetProperty("jobs")[0].GetProperty("jobId").GetGuid(), Is.EqualTo(jobs[0].CorrelationId));
        Assert.That(Document().TryGetProperty("next", out _), Is.False);
    }

    [TestCase("--state", "Sleeping")]
    [TestCase("--phase", "Sleeping")]
    [TestCase("--bucket", "Sleeping")]
    [TestCase("--since", "yesterday")]
    [TestCase("--since", "2026-05-01T12:00:00")]
    [TestCase("--since", "2026-05-01")]
    [TestCase("--after", "here")]
    [TestCase("--limit", "0")]
    public async Task What_can_not_be_asked_is_refused(string option, string value)
    {
        Assert.That(await CliAsync("jobs", "list", option, value), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain(option == "--phase" || option == "--bucket" || option == "--state" ? value : option));
    }

    [Test]
    public async Task One_is_shown_end_to_end_without_what_it_is_to_make()
    {
        await StartFleet();
        var job = await JobShouldBe(await Submit(Submission(Secret, key: "one")), nameof(JobLifecycle.Succeeded));
        await OperateAsync("cancel", job.CorrelationId.ToString());

        Assert.That(await CliAsync("jobs", "show", job.CorrelationId.ToString()), Is.EqualTo(ExitCode.AsExpected), () => Complained);

        Assert.That(Said, Does.Contain("Succeeded for ").And.Contain("timeline").And.Contain("Retrieving").And.Contain("attempts").And.Contain(job.TaskId!).And.Contain("result").And.Contain("video.mp4")
            .And.Contain($"{Secret.Length} characters, SHA-256 ").And.Contain("estimated").And.Contain("audit").And.Contain(Operator).And.Contain("refused"));
        Assert.That(Said, Does.Not.Contain(Secret).And.Not.Contain("http"));

        Assert.That(await CliAsync("jobs", "show", job.CorrelationId.ToString(), "--output", "json"), Is.EqualTo(ExitCode.AsExpected));
        var document = Document();
        Assert.That(document.GetProperty("attempts")[0].GetProperty("taskId").GetString(), Is.EqualTo(job.TaskId));
        Assert.That(document.GetProperty("input").GetProperty("promptCharacters").GetInt32(), Is.EqualTo(Secret.Length));
        Assert.That(document.GetProperty("audit").GetArrayLength(), Is.EqualTo(2));
        Assert.That(Said, Does.Not.Contain(Secret).And.Not.Contain("http"));
    }

    [Test]
    public async Task One_that_waits_says_why_and_until_when()
    {
        var job = Some.Job();
        (job.State, job.NextCheckAt) = ("Waiting", new DateTimeOffset(2027, 1, 2, 3, 4, 5, TimeSpan.Zero));
        job.Trouble = new JobTrouble { Bucket = FailureBucket.RateLimit, Disposition = Workers.Providers.Disposition.Retry, Code = "429", Reason = "The account is full.", Fix = "Wait." };
        await Stores.Jobs.AddAsync(job, default);

        await CliAsync("jobs", "show", job.CorrelationId.ToString());

        Assert.That(Said, Does.Contain("waits until 2027-01-02T03:04:05Z: The account is full.").And.Contain("Wait."));
    }

    private string After() => Said[(Said.IndexOf("--after ", StringComparison.Ordinal) + 8)..].Trim();

    /// <summary>Which of the jobs are listed, in the order of the lines.</summary>
    private string Order(List<Job> jobs) => string.Join(
        ' ',
        jobs.Index().Where(job => Said.Contains($"{job.Item.CorrelationId}", StringComparison.Ordinal)).OrderBy(job => Said.IndexOf($"{job.Item.CorrelationId}", StringComparison.Ordinal)).Select(job => job.Index));

    /// <summary>Jobs of long ago, each newer than the one before.</summary>
    private async Task<List<Job>> AddAsync(int count)
    {
        List<Job> jobs = [];
        for (var number = 0; number < count; number++)
        {
            var job = Some.Job();
            job.SubmittedAt = Some.Time.AddMinutes(number);
            job.Input = job.Input with { Prompt = Secret };
            await Stores.Jobs.AddAsync(job, default);
            jobs.Add(job);
        }

        return jobs;
    }
}
