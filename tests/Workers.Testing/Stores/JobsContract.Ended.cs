using Workers.Jobs;
using Workers.Jobs.Lifecycle;

namespace Workers.Testing.Stores;

/// <summary>What every store of jobs does for the announcer and the pruner.</summary>
public abstract partial class JobsContract
{
    [Test]
    public async Task Unannounced_jobs_are_found_oldest_first()
    {
        var second = await UnannouncedAsync(Some.Time.AddMinutes(-1));
        var third = await UnannouncedAsync(Some.Time - Instant);
        var first = await UnannouncedAsync(Some.Time.AddDays(-1));
        await UnannouncedAsync(Some.Time);
        await AddedAsync(job => job.ChangedAt = Some.Time.AddDays(-1));

        Assert.That(Ids(await _jobs.UnannouncedAsync(Some.Time, 10, default)), Is.EqualTo(Ids(first, second, third)));
        Assert.That(Ids(await _jobs.UnannouncedAsync(Some.Time, 2, default)), Is.EqualTo(Ids(first, second)));
    }

    [Test]
    public async Task Lists_hold_whole_jobs()
    {
        var job = Filled.Job();
        await _jobs.AddAsync(job, default);

        Assert.That(Members.Of((await _jobs.UnannouncedAsync(Some.Time.AddDays(1), 1, default))[0]), Is.EqualTo(Members.Of(job)));

        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Unannounced!.Value, default);
        job.Unannounced = null;

        Assert.That(Members.Of((await EndedAsync(Some.Time.AddDays(1)))[0]), Is.EqualTo(Members.Of(job)));
        Assert.That(Members.Of((await ListAsync(new JobQuery()))[0]), Is.EqualTo(Members.Of(job)));
    }

    [Test]
    public async Task The_mark_goes_when_its_step_was_announced_and_nothing_else_changes()
    {
        var job = await UnannouncedAsync(Some.Time);

        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step, default);
        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step, default);

        job.Unannounced = null;
        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(Members.Of(job)));
        Assert.That(await _jobs.UnannouncedAsync(Some.Time.AddDays(1), 10, default), Is.Empty);
    }

    [Test]
    public async Task The_mark_of_another_step_stays()
    {
        var job = await UnannouncedAsync(Some.Time);

        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step - 1, default);

        Assert.That((await FindAsync(job)).Unannounced, Is.EqualTo(job.Step));
        Assert.That(Ids(await _jobs.UnannouncedAsync(Some.Time.AddDays(1), 10, default)), Is.EqualTo(Ids(job)));
    }

    [Test]
    public async Task Marking_a_job_that_is_not_there_makes_none()
    {
        var id = Guid.NewGuid();

        await _jobs.MarkAnnouncedAsync(id, 1, default);

        Assert.That(await _jobs.FindAsync(id, default), Is.Null);
    }

    [Test]
    public async Task A_later_step_marks_a_job_anew()
    {
        var job = await UnannouncedAsync(Some.Time);
        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step, default);

        job.Version++;
        job.Step++;
        job.Unannounced = job.Step;
        job.ChangedAt = Some.Time.AddHours(1);

        Assert.That(await _jobs.ReplaceAsync(job, default), Is.True);
        Assert.That(await _jobs.UnannouncedAsync(Some.Time.AddHours(1), 10, default), Is.Empty);
        Assert.That(Ids(await _jobs.UnannouncedAsync(Some.Time.AddHours(2), 10, default)), Is.EqualTo(Ids(job)));
    }

    [Test]
    public async Task Ended_jobs_are_found_oldest_first()
    {
        var second = await InStateAsync("Failed", Some.Time.AddMinutes(-1));
        var third = await InStateAsync("Cancelled", Some.Time - Instant);
        var first = await InStateAsync("Succeeded", Some.Time.AddDays(-1));
        await InStateAsync("Succeeded", Some.Time);

        Assert.That(Ids(await EndedAsync(Some.Time)), Is.EqualTo(Ids(first, second, third)));
        Assert.That(Ids(await EndedAsync(Some.Time, limit: 2)), Is.EqualTo(Ids(first, second)));
    }

    [TestCase("Waiting")]
    [TestCase("Submitting")]
    [TestCase("Running")]
    [TestCase("Retrieving")]
    [TestCase("Cancelling")]
    [TestCase("Blocked")]
    public async Task A_job_in_another_state_has_not_ended(string state)
    {
        await InStateAsync(state, Some.Time);

        Assert.That(await EndedAsync(Some.Time.AddDays(1)), Is.Empty);
    }

    [TestCase("Succeeded")]
    [TestCase("Failed")]
    [TestCase("Cancelled")]
    public async Task An_ended_job_counts_once_it_was_announced(string state)
    {
        var job = await AddedAsync(job =>
        {
            job.State = state;
            job.Unannounced = job.Step;
        });
        Assert.That(await EndedAsync(Some.Time.AddDays(1)), Is.Empty);

        await _jobs.MarkAnnouncedAsync(job.CorrelationId, job.Step, default);

        Assert.That(Ids(await EndedAsync(Some.Time.AddDays(1))), Is.EqualTo(Ids(job)));
    }

    private static readonly string[] Tenants = ["studio", "acme"];

    [Test]
    public async Task Each_tenant_has_ended_jobs_of_its_own()
    {
        var job = await InStateAsync("Failed", Some.Time.AddDays(-1));
        var other = await AddedAsync(other =>
        {
            other.TenantId = "acme";
            other.State = "Succeeded";
            other.ChangedAt = Some.Time.AddDays(-1);
        });

        Assert.That(Ids(await EndedAsync(Some.Time)), Is.EqualTo(Ids(job)));
        Assert.That(Ids(await EndedAsync(Some.Time, tenant: "acme")), Is.EqualTo(Ids(other)));
        Assert.That(await EndedAsync(Some.Time, tenant: "Acme"), Is.Empty);
        Assert.That(await _jobs.TenantsAsync(default), Is.EquivalentTo(Tenants));
    }

    [Test]
    public async Task Ended_jobs_are_read_batch_by_batch()
    {
        // Several that ended at one time: among them the id decides.
        foreach (var minute in new[] { 3, 1, 2, 1, 1, 3 })
        {
            await InStateAsync("Succeeded", Some.Time.AddMinutes(minute));
        }

        List<Guid> seen = [];
        PagePosition? after = null;
        while (await EndedAsync(Some.Time.AddDays(1), after, limit: 2) is [.., var last] batch)
        {
            seen.AddRange(Ids(batch));
            after = new PagePosition(last.ChangedAt, last.CorrelationId);
            await _jobs.RemoveAsync(batch[0].CorrelationId, batch[0].Generation, default);
        }

        Assert.That(seen, Has.Count.EqualTo(6).And.Unique);
    }

    private Task<IReadOnlyList<Job>> EndedAsync(DateTimeOffset before, PagePosition? after = null, int limit = 10, string tenant = "studio") =>
        _jobs.EndedAsync(tenant, before, after, limit, default);

    private Task<Job> UnannouncedAsync(DateTimeOffset changedAt) => AddedAsync(job =>
    {
        job.Unannounced = job.Step;
        job.ChangedAt = changedAt;
    });

    private Task<Job> InStateAsync(string state, DateTimeOffset changedAt) => AddedAsync(job =>
    {
        job.State = state;
        job.ChangedAt = changedAt;
    });
}
