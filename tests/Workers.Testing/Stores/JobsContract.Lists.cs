using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Testing.Stores;

/// <summary>What every store of jobs tells operators.</summary>
public abstract partial class JobsContract
{
    private static readonly string[] States = [.. JobQuery.AllStates];

    [Test]
    public async Task Jobs_are_listed_newest_first_whatever_became_of_them_since()
    {
        var second = await SubmittedAsync(Some.Time.AddMinutes(-1));
        var third = await SubmittedAsync(Some.Time.AddDays(-1));
        var first = await SubmittedAsync(Some.Time, job => job.ChangedAt = Some.Time.AddDays(-5));

        Assert.That(Ids(await ListAsync(new JobQuery())), Is.EqualTo(Ids(first, second, third)));
        Assert.That(Ids(await _jobs.ListAsync(new JobQuery(), null, 2, default)), Is.EqualTo(Ids(first, second)));
    }

    [Test]
    public async Task A_tenants_jobs_are_listed_alone()
    {
        var job = await AddedAsync();
        var other = await AddedAsync(other => other.TenantId = "acme");

        Assert.That(Ids(await ListAsync(new JobQuery { TenantId = "studio" })), Is.EqualTo(Ids(job)));
        Assert.That(Ids(await ListAsync(new JobQuery { TenantId = "acme" })), Is.EqualTo(Ids(other)));
        Assert.That(await ListAsync(new JobQuery { TenantId = "Studio" }), Is.Empty);
        Assert.That(await ListAsync(new JobQuery()), Has.Count.EqualTo(2));
    }

    [TestCaseSource(nameof(States))]
    public async Task Jobs_are_listed_by_state(string state)
    {
        foreach (var other in JobQuery.AllStates)
        {
            await AddedAsync(job => job.State = other);
        }

        Assert.That((await ListAsync(new JobQuery { State = state })).Select(job => job.State), Is.EqualTo(new[] { state }));
        Assert.That((await ListAsync(new JobQuery { State = state, TenantId = "studio" })).Select(job => job.State), Is.EqualTo(new[] { state }));
    }

    [TestCase(Phase.InProgress, "Waiting", "Submitting", "Running", "Retrieving", "Cancelling")]
    [TestCase(Phase.Blocked, "Blocked")]
    [TestCase(Phase.Terminal, "Succeeded", "Failed", "Cancelled")]
    public async Task Jobs_are_listed_by_phase(Phase phase, params string[] states)
    {
        foreach (var state in JobQuery.AllStates)
        {
            await AddedAsync(job => job.State = state);
        }

        Assert.That((await ListAsync(new JobQuery { Phase = phase })).Select(job => job.State), Is.EquivalentTo(states));
        Assert.That((await ListAsync(new JobQuery { Phase = phase, TenantId = "studio" })).Select(job => job.State), Is.EquivalentTo(states));
        Assert.That((await ListAsync(new JobQuery { Phase = phase, State = states[0] })).Select(job => job.State), Is.EqualTo(new[] { states[0] }));
        Assert.That(await ListAsync(new JobQuery { Phase = phase, State = phase == Phase.Blocked ? "Failed" : "Blocked" }), Is.Empty);
    }

    [Test]
    public async Task Jobs_are_listed_by_the_bucket_of_their_present_trouble()
    {
        var job = await AddedAsync(job => job.Trouble = Trouble(FailureBucket.Quota));
        await AddedAsync(job => job.Trouble = Trouble(FailureBucket.Auth));
        await AddedAsync();
        Assert.That(Ids(await ListAsync(new JobQuery { Bucket = FailureBucket.Quota })), Is.EqualTo(Ids(job)));

        job.Version++;
        job.Trouble = null;
        await _jobs.ReplaceAsync(job, default);

        Assert.That(await ListAsync(new JobQuery { Bucket = FailureBucket.Quota }), Is.Empty);
    }

    [Test]
    public async Task Jobs_are_listed_from_a_time_of_submission_on()
    {
        var job = await SubmittedAsync(Some.Time);
        var newer = await SubmittedAsync(Some.Time.AddMinutes(1));
        await SubmittedAsync(Some.Time - Instant);

        Assert.That(Ids(await ListAsync(new JobQuery { Since = Some.Time })), Is.EqualTo(Ids(newer, job)));
        Assert.That(await ListAsync(new JobQuery { Since = Some.Time.AddDays(1) }), Is.Empty);
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(100)]
    public async Task Pages_reach_from_now_back_over_years(int limit)
    {
        var now = TimeProvider.System.Now();
        double[] hoursAgo = [-2, 0, 0.016, 0.017, 0.99, 1, 1.01, 23.9, 24, 24.1, 29 * 24, 30 * 24, 31 * 24, 400 * 24, 9_000 * 24];
        List<Job> jobs = [];
        foreach (var hours in hoursAgo)
        {
            jobs.Add(await SubmittedAsync(now - TimeSpan.FromHours(hours)));
        }

        Assert.That(Ids(await AllPagesAsync(new JobQuery(), limit)), Is.EqualTo(Ids([.. jobs])));
        foreach (var oldest in jobs)
        {
            Assert.That(
                Ids(await AllPagesAsync(new JobQuery { Since = oldest.SubmittedAt }, limit)), Is.EqualTo(Ids([.. jobs.TakeWhile(job => job.SubmittedAt >= oldest.SubmittedAt)])));
        }
    }

    [Test]
    public async Task Jobs_are_listed_by_user()
    {
        var job = await AddedAsync(job => job.UserHash = "a1b2");
        await AddedAsync(job => job.UserHash = "c3d4");
        await AddedAsync();

        Assert.That(Ids(await ListAsync(new JobQuery { UserHash = "a1b2" })), Is.EqualTo(Ids(job)));
        Assert.That(Ids(await ListAsync(new JobQuery { UserHash = "a1b2", TenantId = "studio" })), Is.EqualTo(Ids(job)));
        Assert.That(await ListAsync(new JobQuery { UserHash = "a1b2", TenantId = "acme" }), Is.Empty);
    }

    [Test]
    public async Task What_is_asked_for_together_must_all_hold()
    {
        var job = await AddedAsync(Asked);
        await AddedAsync(other => Asked(other, other => other.TenantId = "acme"));
        await AddedAsync(other => Asked(other, other => other.State = "Failed"));
        await AddedAsync(other => Asked(other, other => other.Trouble = Trouble(FailureBucket.Auth)));
        await AddedAsync(other => Asked(other, other => other.SubmittedAt -= Instant));
        await AddedAsync(other => Asked(other, other => other.UserHash = null));

        var query = new JobQuery { TenantId = "studio", Phase = Phase.Blocked, Bucket = FailureBucket.Quota, Since = Some.Time, UserHash = "a1b2" };
        Assert.That(Ids(await ListAsync(query)), Is.EqualTo(Ids(job)));
        Assert.That(await ListAsync(query with { TenantId = null }), Has.Count.EqualTo(2));
    }

    [TestCase(null)]
    [TestCase("studio")]
    public async Task Page_by_page_no_job_is_skipped_or_repeated_while_jobs_come_change_and_go(string? tenant)
    {
        // Several of each moment: among them the id decides.
        var jobs = new List<Job>();
        for (var number = 0; number < 25; number++)
        {
            jobs.Add(await SubmittedAsync(Some.Time.AddSeconds(number / 4)));
        }

        List<Guid> seen = [];
        HashSet<Guid> gone = [];
        PagePosition? after = null;
        var query = new JobQuery { TenantId = tenant, Phase = Phase.InProgress };
        while (await _jobs.ListAsync(query, after, 3, default) is [.., var last] page)
        {
            Assert.That(page, Has.Count.LessThanOrEqualTo(3));
            seen.AddRange(Ids(page));
            after = JobQuery.PositionOf(last);

            // A new one, one that was seen goes away, and all the others go on to another state.
            await SubmittedAsync(Some.Time.AddDays(1));
            await _jobs.RemoveAsync(last.CorrelationId, last.Generation, default);
            gone.Add(last.CorrelationId);
            foreach (var job in jobs.Where(job => !gone.Contains(job.CorrelationId)))
            {
                job.Version++;
                job.State = job.State == "Running" ? "Retrieving" : "Running";
                job.ChangedAt += TimeSpan.FromMinutes(1);
                Assert.That(await _jobs.ReplaceAsync(job, default), Is.True);
            }
        }

        Assert.That(seen, Is.EqualTo(Ids(jobs.OrderByDescending(JobQuery.PositionOf))));
    }

    private static void Asked(Job job) => Asked(job, _ => { });

    private static void Asked(Job job, Action<Job> but)
    {
        (job.State, job.Trouble, job.UserHash) = ("Blocked", Trouble(FailureBucket.Quota), "a1b2");
        but(job);
    }

    private static JobTrouble Trouble(FailureBucket bucket) => new() { Bucket = bucket, Disposition = Disposition.Block, Code = "code", Reason = "reason", Fix = "fix" };

    private Task<Job> SubmittedAsync(DateTimeOffset at, Action<Job>? change = null) => AddedAsync(job =>
    {
        job.SubmittedAt = at;
        change?.Invoke(job);
    });

    private async Task<List<Job>> AllPagesAsync(JobQuery query, int limit)
    {
        List<Job> all = [];
        while (await _jobs.ListAsync(query, all is [.., var last] ? JobQuery.PositionOf(last) : null, limit, default) is { Count: > 0 } page)
        {
            all.AddRange(page);
        }

        return all;
    }

    private Task<IReadOnlyList<Job>> ListAsync(JobQuery query) => _jobs.ListAsync(query, null, 100, default);
}
