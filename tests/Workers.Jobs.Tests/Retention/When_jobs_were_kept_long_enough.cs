using Workers.Jobs.Audit;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.Testing;

namespace Workers.Jobs.Tests.Retention;

internal sealed class When_jobs_were_kept_long_enough : RetentionTest
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    [Test]
    public async Task They_are_removed_with_all_that_belongs_to_them_and_no_other_is()
    {
        var old = await EndedAsync(Week + Instant);
        var young = await EndedAsync(Week);

        await PruneAsync();

        await ShouldBeGone(old);
        await ShouldBeWhole(young);
    }

    [Test]
    public async Task Each_tenants_own_time_holds()
    {
        Keep.Tenants["acme"] = TimeSpan.FromDays(30);
        Keep.Tenants["brief"] = TimeSpan.FromDays(1);
        var old = await EndedAsync(TimeSpan.FromDays(8));
        var kept = await EndedAsync(TimeSpan.FromDays(29), "acme");
        var older = await EndedAsync(TimeSpan.FromDays(31), "acme");
        var brief = await EndedAsync(TimeSpan.FromDays(2), "brief");

        await PruneAsync();

        await ShouldBeGone(old);
        await ShouldBeGone(older);
        await ShouldBeGone(brief);
        await ShouldBeWhole(kept);
    }

    [TestCase(AttemptState.Open)]
    [TestCase(AttemptState.Live)]
    [TestCase(AttemptState.Ended)]
    public async Task One_whose_task_may_still_be_billed_stays_and_keeps_no_other_back(AttemptState state)
    {
        var watched = await EndedAsync(TimeSpan.FromDays(9), change: job => job.State = nameof(JobLifecycle.Failed));
        await Stores.Attempts.OpenAsync(Some.Attempt(state) with { Id = AttemptId.Of(watched) with { Number = 2 } }, default);
        var old = await EndedAsync(TimeSpan.FromDays(8));

        var pruned = await PruneAsync();

        await ShouldBeGone(old);
        Assert.That(await Stores.Jobs.FindAsync(watched.CorrelationId, default), Is.Not.Null);
        Assert.That(await Stores.Attempts.OfJobAsync(watched.CorrelationId, watched.Generation, default), Has.Count.EqualTo(2));
        Assert.That(Directory.Exists(FolderOf(watched)), Is.True);
        Assert.That((pruned[0].Jobs, pruned[0].Watched), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_backlog_of_more_than_one_batch_goes_in_one_look()
    {
        for (var number = 0; number < 1200; number++)
        {
            var job = Some.Job();
            (job.State, job.ChangedAt) = (nameof(JobLifecycle.Failed), Some.Time - Week - TimeSpan.FromSeconds(number % 7) - Instant);
            await Stores.Jobs.AddAsync(job, default);
        }

        var pruned = await PruneAsync();

        Assert.That(pruned[0].Jobs, Is.EqualTo(1200));
        Assert.That(await Stores.Jobs.TenantsAsync(default), Is.Empty);
    }

    [Test]
    public async Task The_folder_of_a_tenant_goes_with_its_last_file()
    {
        await EndedAsync(TimeSpan.FromDays(8));
        await EndedAsync(TimeSpan.FromDays(8), "acme");
        await EndedAsync(TimeSpan.FromDays(1), "acme");

        await PruneAsync();

        Assert.That(Directory.Exists(FolderOf(Tenant)), Is.False);
        Assert.That(Directory.EnumerateDirectories(FolderOf("acme")).Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task It_is_on_record_what_was_removed()
    {
        await EndedAsync(TimeSpan.FromDays(8));
        await EndedAsync(TimeSpan.FromDays(9));
        await EndedAsync(TimeSpan.FromDays(1), "acme");

        await PruneAsync();
        await PruneAsync();

        var entry = (await AuditAsync()).Single();
        Assert.That((entry.Actor, entry.Action, entry.TenantId, entry.JobId, entry.At), Is.EqualTo(("ada", AuditAction.Pruned, Tenant, (Guid?)null, Some.Time)));
        Assert.That(entry.Details, Is.EquivalentTo(new Dictionary<string, string> { ["before"] = "2025-12-25T12:00:00.000Z", ["jobs"] = "2", ["files"] = "4", ["bytes"] = "12" }));
    }

    [Test]
    public async Task A_dry_run_says_what_would_go_and_removes_nothing()
    {
        var old = await EndedAsync(TimeSpan.FromDays(8));
        await Stores.Failures.RecordAsync(Some.Failure() with { JobId = null, At = Some.Time.AddDays(-100) }, default);

        var pruned = await Pruner().PruneAsync(Some.Time, "ada", dryRun: true, filesGone: false, default);

        Assert.That((pruned[0].Tenant, pruned[0].Jobs, pruned[0].Files), Is.EqualTo((Tenant, 1, new FileCount(2, 6))));
        await ShouldBeWhole(old);
        Assert.That(await AuditAsync(), Is.Empty);
        Assert.That((await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default)).Values.Sum(), Is.EqualTo(2));
    }

    [Test]
    public async Task Failures_of_no_job_go_after_the_longest_time_of_all()
    {
        Keep.Tenants["acme"] = TimeSpan.FromDays(30);
        var older = Some.Failure() with { JobId = null, At = Some.Time.AddDays(-30) - Instant };
        var old = Some.Failure() with { JobId = null, At = Some.Time.AddDays(-30) };
        await Stores.Failures.RecordAsync(older, default);
        await Stores.Failures.RecordAsync(old, default);

        await PruneAsync();

        Assert.That(await Stores.Failures.FindAsync(older.Id, default), Is.Null);
        Assert.That(await Stores.Failures.FindAsync(old.Id, default), Is.Not.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task One_whose_files_are_elsewhere_stays_and_keeps_no_other_back(bool dryRun)
    {
        var elsewhere = await EndedAsync(TimeSpan.FromDays(9));
        Directory.Move(FolderOf(elsewhere), $"{FolderOf(elsewhere)}-elsewhere");
        var old = await EndedAsync(TimeSpan.FromDays(8));

        var pruned = (await Pruner().PruneAsync(Some.Time, "ada", dryRun, filesGone: false, default)).Single();

        Assert.That((pruned.Jobs, pruned.FilesMissing), Is.EqualTo((1, 1)));
        Assert.That(await Stores.Jobs.FindAsync(elsewhere.CorrelationId, default), Is.Not.Null);
        Assert.That(await Stores.Results.FindAsync(elsewhere.CorrelationId, elsewhere.Generation, default), Is.Not.Null);
        Assert.That(await Stores.Jobs.FindAsync(old.CorrelationId, default) is null, Is.EqualTo(!dryRun));
    }

    [Test]
    public async Task What_was_kept_aside_goes_with_its_job()
    {
        var old = await EndedAsync(TimeSpan.FromDays(8));
        Directory.CreateDirectory(Path.Combine(FolderOf(old), "aside"));
        await File.WriteAllTextAsync(Path.Combine(FolderOf(old), "aside", "1-video.bin"), "film");

        var pruned = await PruneAsync();

        await ShouldBeGone(old);
        Assert.That(pruned[0].Files, Is.EqualTo(new FileCount(3, 10)));
    }

    [TestCaseSource(nameof(Interruptions))]
    public async Task A_removal_that_was_interrupted_is_taken_up_again(Func<When_jobs_were_kept_long_enough, JobRemoval> interrupted)
    {
        var old = await EndedAsync(TimeSpan.FromDays(8));
        var pruner = Pruner(interrupted(this));

        Assert.That(() => pruner.PruneAsync(Some.Time, "ada", dryRun: false, filesGone: false, default), Throws.InstanceOf<TimeoutException>());
        Assert.That(await Stores.Jobs.FindAsync(old.CorrelationId, default), Is.Not.Null, "the job goes last");
        Assert.That(await AuditAsync(), Is.Empty);

        await pruner.PruneAsync(Some.Time, "ada", dryRun: false, filesGone: false, default);

        await ShouldBeGone(old);
        Assert.That((await AuditAsync()).Single().Details["jobs"], Is.EqualTo("1"));
    }

    [Test]
    public async Task What_was_removed_before_a_look_failed_is_on_record()
    {
        // The first batch is full and goes; the second holds the one that fails.
        for (var number = 0; number < 500; number++)
        {
            var job = Some.Job();
            (job.State, job.ChangedAt) = (nameof(JobLifecycle.Failed), Some.Time.AddDays(-9));
            await Stores.Jobs.AddAsync(job, default);
        }

        var failing = await EndedAsync(TimeSpan.FromDays(8));
        var pruner = Pruner(Removal(results: new FailingFor(Stores.Results, failing.CorrelationId)));

        Assert.That(() => pruner.PruneAsync(Some.Time, "ada", dryRun: false, filesGone: false, default), Throws.InstanceOf<TimeoutException>());

        Assert.That((await AuditAsync()).Single().Details["jobs"], Is.EqualTo("500"));
    }

    [Test]
    public async Task The_files_of_a_key_that_was_used_again_meanwhile_stay()
    {
        var old = await EndedAsync(TimeSpan.FromDays(8));
        var seen = (await Stores.Jobs.FindAsync(old.CorrelationId, default))!;
        await Stores.Jobs.RemoveAsync(old.CorrelationId, old.Generation, default);
        var again = await EndedAsync(TimeSpan.Zero, change: job => job.CorrelationId = old.CorrelationId);

        Assert.That(await Removal().RemoveAsync(seen, dryRun: false, filesGone: false, default), Is.EqualTo(new Removal.Gone()));

        Assert.That(await Stores.Jobs.FindAsync(again.CorrelationId, default), Is.Not.Null);
        Assert.That(Directory.EnumerateFiles(FolderOf(again)).Count(), Is.EqualTo(2));
        Assert.That(await Stores.Failures.OfJobAsync(again.CorrelationId, default), Is.Not.Empty);
    }

    [Test]
    public async Task Of_two_who_prune_at_once_each_counts_what_it_removed()
    {
        for (var number = 0; number < 200; number++)
        {
            await EndedAsync(TimeSpan.FromDays(8));
        }

        var pruned = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(PruneAsync)));

        Assert.That(pruned.SelectMany(tenants => tenants).Sum(tenant => tenant.Jobs), Is.EqualTo(200));
        Assert.That((await AuditAsync()).Sum(entry => int.Parse(entry.Details["jobs"], System.Globalization.CultureInfo.InvariantCulture)), Is.EqualTo(200));
        Assert.That(Directory.Exists(FolderOf(Tenant)), Is.False);
    }

    private static IEnumerable<TestCaseData> Interruptions() =>
    [
        At("before its attempts", test => test.Removal(jobs: FailingOnce<IJobs>.Of(test.Stores.Jobs, nameof(IJobs.FindAsync)))),
        At("at its attempts", test => test.Removal(attempts: FailingOnce<IAttempts>.Of(test.Stores.Attempts, nameof(IAttempts.RemoveAsync)))),
        At("after its files", test => test.Removal(results: FailingOnce<IResults>.Of(test.Stores.Results, nameof(IResults.RemoveAsync)))),
        At("after its result", test => test.Removal(failures: FailingOnce<IFailures>.Of(test.Stores.Failures, nameof(IFailures.RemoveOfJobAsync)))),
        At("before the job itself", test => test.Removal(jobs: FailingOnce<IJobs>.Of(test.Stores.Jobs, nameof(IJobs.RemoveAsync)))),
    ];

    private static TestCaseData At(string place, Func<When_jobs_were_kept_long_enough, JobRemoval> removal) =>
        new TestCaseData(removal).SetArgDisplayNames(place);

    private Task<IReadOnlyList<PrunedTenant>> PruneAsync() => Pruner().PruneAsync(Some.Time, "ada", dryRun: false, filesGone: false, default);

    /// <summary>Results that can't be removed of one job.</summary>
    private sealed class FailingFor(IResults results, Guid jobId) : IResults
    {
        public Task<Contracts.JobResult> KeepAsync(Contracts.JobResult result, CancellationToken cancellationToken) => results.KeepAsync(result, cancellationToken);

        public Task<Contracts.JobResult?> FindAsync(Guid job, Guid generation, CancellationToken cancellationToken) => results.FindAsync(job, generation, cancellationToken);

        public Task RemoveAsync(Guid job, Guid generation, CancellationToken cancellationToken) =>
            job == jobId ? throw new TimeoutException("The store is away.") : results.RemoveAsync(job, generation, cancellationToken);
    }
}
