using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;
using Workers.Jobs.Submission;
using Workers.Testing;

namespace Workers.Jobs.Tests.Retention;

internal sealed class When_a_user_is_erased : RetentionTest
{
    private const string User = "grace@studio.example";

    [Test]
    public async Task All_that_ended_is_gone_at_once_and_nobody_elses_is()
    {
        var succeeded = await EndedAsync(TimeSpan.Zero, change: OfUser);
        var failed = await EndedAsync(TimeSpan.FromDays(3), change: job => OfUser(job, nameof(JobLifecycle.Failed)));
        var cancelled = await EndedAsync(TimeSpan.Zero, change: job => OfUser(job, nameof(JobLifecycle.Cancelled)));
        var another = await EndedAsync(TimeSpan.Zero, change: job => job.UserHash = JobIdentity.UserHash(Tenant, "alan"));
        var nobody = await EndedAsync(TimeSpan.Zero);
        var elsewhere = await EndedAsync(TimeSpan.Zero, "acme", job => job.UserHash = JobIdentity.UserHash("acme", User));

        var report = await EraseAsync();

        await ShouldBeGone(succeeded);
        await ShouldBeGone(failed);
        await ShouldBeGone(cancelled);
        await ShouldBeWhole(another);
        await ShouldBeWhole(nobody);
        await ShouldBeWhole(elsewhere);
        Assert.That((report.Jobs, report.Files.Files, report.Left.Count), Is.EqualTo((3, 6, 0)));
    }

    [TestCase("Waiting", "Cancel it")]
    [TestCase("Running", "Cancel it")]
    [TestCase("Cancelling", "Cancel it")]
    [TestCase("Blocked", "Cancel it")]
    public async Task What_has_not_ended_is_left_whole_and_named(string state, string expected)
    {
        var job = await EndedAsync(TimeSpan.Zero, change: job => OfUser(job, state));

        var left = (await EraseAsync()).Left.Single();

        await ShouldBeWhole(job);
        Assert.That((left.JobId, left.State), Is.EqualTo((job.CorrelationId, state)));
        Assert.That(left.Why, Does.Contain(expected).And.Contain("erase again"));
    }

    [Test]
    public async Task What_its_client_was_not_told_of_is_left()
    {
        var job = await EndedAsync(TimeSpan.Zero, change: job =>
        {
            OfUser(job);
            job.Unannounced = job.Step;
        });

        Assert.That((await EraseAsync()).Left.Single().Why, Does.Contain("not told"));
        await ShouldBeWhole(job);

        await Stores.Jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step, default);
        Assert.That((await EraseAsync()).Jobs, Is.EqualTo(1));
        await ShouldBeGone(job);
    }

    [Test]
    public async Task A_job_whose_task_is_still_watched_is_left()
    {
        var job = await EndedAsync(TimeSpan.Zero, change: OfUser);
        await Stores.Attempts.OpenAsync(Some.Attempt(AttemptState.Live) with { Id = AttemptId.Of(job) with { Number = 2 } }, default);

        Assert.That((await EraseAsync()).Left.Single().Why, Does.Contain("billed"));
        Assert.That(await Stores.Jobs.FindAsync(job.CorrelationId, default), Is.Not.Null);
    }

    [Test]
    public async Task It_is_on_record_by_the_users_hash_alone()
    {
        await EndedAsync(TimeSpan.Zero, change: OfUser);
        await EndedAsync(TimeSpan.Zero, change: job => OfUser(job, "Running"));

        await EraseAsync();

        var entry = (await AuditAsync()).Single();
        Assert.That((entry.Actor, entry.Action, entry.TenantId, entry.At), Is.EqualTo(("ada", AuditAction.Erased, Tenant, Some.Time)));
        Assert.That(entry.Details, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["userHash"] = JobIdentity.UserHash(Tenant, User)!,
            ["jobs"] = "1",
            ["files"] = "2",
            ["bytes"] = "6",
            ["left"] = "1",
        }));
        Assert.That(Members.Of(entry).Values, Has.None.Contains("grace"));
    }

    [Test]
    public async Task That_nothing_was_found_is_on_record_too()
    {
        await EraseAsync();

        Assert.That((await AuditAsync()).Single().Details["jobs"], Is.EqualTo("0"));
    }

    [Test]
    public async Task More_than_one_page_goes_at_once()
    {
        for (var number = 0; number < 700; number++)
        {
            var job = Some.Job();
            OfUser(job, number % 2 == 0 ? "Failed" : "Running");
            await Stores.Jobs.AddAsync(job, default);
        }

        var report = await EraseAsync();

        Assert.That((report.Jobs, report.Left.Count), Is.EqualTo((350, 350)));
        Assert.That(report.Left.Select(left => left.JobId), Is.Unique);
    }

    private static void OfUser(Job job) => job.UserHash = JobIdentity.UserHash(Tenant, User);

    private static void OfUser(Job job, string state)
    {
        OfUser(job);
        job.State = state;
    }

    /// <summary>As from a machine whose folder of results is another.</summary>
    [Test]
    public async Task Files_that_its_record_names_and_that_are_not_there_are_a_refusal()
    {
        var job = await EndedAsync(TimeSpan.Zero, change: OfUser);
        var film = Path.Combine(FolderOf(job), "video.mp4");
        File.Move(film, $"{film}.elsewhere");

        var left = (await EraseAsync()).Left.Single();

        Assert.That(left.Why, Does.Contain("not in this folder").And.Contain("--files-gone"));
        await ShouldBeWhole(job);
        Assert.That((await AuditAsync()).Single().Details["jobs"], Is.EqualTo("0"));
        Assert.That((await EraseAsync(filesGone: true)).Jobs, Is.EqualTo(1), "somebody knows better");
        await ShouldBeGone(job);
    }

    [Test]
    public async Task So_are_files_that_were_kept_aside_and_those_of_a_result_whose_job_did_not_succeed()
    {
        var refused = await EndedAsync(TimeSpan.Zero, change: job =>
        {
            OfUser(job, nameof(JobLifecycle.Cancelled));
            job.Outputs = [job.Outputs[0] with { Path = $"{Tenant}/{job.CorrelationId}/aside/1-video.mp4" }];
        });
        var cancelled = await EndedAsync(TimeSpan.Zero, change: job =>
        {
            OfUser(job, nameof(JobLifecycle.Cancelled));
            job.Outputs = [];
        });
        File.Delete(Path.Combine(FolderOf(cancelled), "video.mp4"));

        Assert.That((await EraseAsync()).Left.Select(left => left.JobId), Is.EquivalentTo([refused.CorrelationId, cancelled.CorrelationId]));
    }

    private Task<ErasureReport> EraseAsync(bool filesGone = false) =>
        new Erasure(Stores.Jobs, Removal(), Stores.Audit, new StandingTime()).EraseAsync(Tenant, User, "ada", filesGone, default);

    /// <summary>It is always the same moment.</summary>
    private sealed class StandingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Some.Time;
    }
}
