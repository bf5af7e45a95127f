using Workers.Jobs.Lifecycle;

namespace Workers.Testing.Stores;

/// <summary>What every store of jobs does with single jobs.</summary>
public abstract partial class JobsContract
{
    private IJobs _jobs = null!;

    /// <summary>An empty store.</summary>
    protected abstract Task<IJobs> CreateAsync();

    [SetUp]
    public async Task CreateStoreAsync() => _jobs = await CreateAsync();

    [Test]
    public async Task A_job_comes_back_whole()
    {
        var job = Filled.Job();
        Assert.That(Members.Unset(job), Is.Empty, "Fill these in: nobody would notice their loss.");

        Assert.That(await _jobs.AddAsync(job, default), Is.True);

        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(Members.Of(job)));
    }

    [Test]
    public async Task A_job_of_which_little_is_known_comes_back_as_it_was()
    {
        var job = new Job { CorrelationId = Guid.NewGuid() };
        await _jobs.AddAsync(job, default);

        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(Members.Of(job)));
    }

    [Test]
    public async Task A_replaced_job_comes_back_whole()
    {
        var job = Filled.Job();
        await _jobs.AddAsync(new Job { CorrelationId = job.CorrelationId, Version = job.Version - 1 }, default);

        Assert.That(await _jobs.ReplaceAsync(job, default), Is.True);

        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(Members.Of(job)));
    }

    [Test]
    public async Task An_unknown_job_is_not_found() => Assert.That(await _jobs.FindAsync(Guid.NewGuid(), default), Is.Null);

    [Test]
    public async Task The_first_job_of_an_id_stays()
    {
        var first = Some.Job();
        var second = Some.Job();
        second.CorrelationId = first.CorrelationId;

        Assert.That(await _jobs.AddAsync(first, default), Is.True);
        Assert.That(await _jobs.AddAsync(second, default), Is.False);
        Assert.That(await _jobs.AddAsync(first, default), Is.False);

        Assert.That((await FindAsync(first)).Generation, Is.EqualTo(first.Generation));
    }

    [Test]
    public async Task Of_many_who_add_one_id_one_does()
    {
        var ids = Enumerable.Range(0, Race.Items).Select(_ => Guid.NewGuid()).ToList();

        var added = await Race.OfAsync((item, caller) => _jobs.AddAsync(new Job { CorrelationId = ids[item], Deferrals = caller }, default));

        await AssertOneWonAsync(ids, added);
    }

    [Test]
    public async Task What_was_written_or_read_is_a_copy()
    {
        var job = Some.Job();
        job.NextCheckAt = Some.Time;
        await _jobs.AddAsync(job, default);
        job.TenantId = "changed after it was added";
        (await FindAsync(job)).TenantId = "changed after it was found";
        (await _jobs.TakeDueAsync(Some.Time, TimeSpan.FromHours(1), 1, default))[0].TenantId = "changed after it was taken";

        Assert.That((await FindAsync(job)).TenantId, Is.EqualTo("studio"));

        job = await FindAsync(job);
        job.Version++;
        await _jobs.ReplaceAsync(job, default);
        job.TenantId = "changed after it was replaced";

        Assert.That((await FindAsync(job)).TenantId, Is.EqualTo("studio"));
    }

    [TestCase(-1)]
    [TestCase(0)]
    [TestCase(2)]
    public async Task A_job_is_replaced_from_the_version_before_alone(int ahead)
    {
        var job = await AddedAsync();
        var before = Members.Of(job);

        job.Version += ahead;
        job.State = "Retrieving";

        Assert.That(await _jobs.ReplaceAsync(job, default), Is.False);
        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(before));
    }

    [Test]
    public async Task A_job_that_is_not_there_is_not_replaced()
    {
        var job = Some.Job();

        Assert.That(await _jobs.ReplaceAsync(job, default), Is.False);
        Assert.That(await _jobs.FindAsync(job.CorrelationId, default), Is.Null);
    }

    [Test]
    public async Task Replacing_again_changes_nothing()
    {
        var job = await AddedAsync();
        job.Version++;
        await _jobs.ReplaceAsync(job, default);
        var replaced = Members.Of(job);

        Assert.That(await _jobs.ReplaceAsync(job, default), Is.False);
        Assert.That(Members.Of(await FindAsync(job)), Is.EqualTo(replaced));
    }

    [Test]
    public async Task Of_many_who_replace_one_version_one_does()
    {
        var ids = Ids(await Race.AllAsync(_ => AddedAsync())).ToList();

        var replaced = await Race.OfAsync((item, caller) =>
            _jobs.ReplaceAsync(new Job { CorrelationId = ids[item], Version = 2, Deferrals = caller }, default));

        await AssertOneWonAsync(ids, replaced);
    }

    [Test]
    public async Task A_job_is_removed_by_its_generation_alone()
    {
        var job = await AddedAsync();
        Assert.That(await _jobs.RemoveAsync(job.CorrelationId, Guid.NewGuid(), default), Is.False);
        Assert.That(await _jobs.FindAsync(job.CorrelationId, default), Is.Not.Null);

        Assert.That(await _jobs.RemoveAsync(job.CorrelationId, job.Generation, default), Is.True);
        Assert.That(await _jobs.RemoveAsync(job.CorrelationId, job.Generation, default), Is.False);

        Assert.That(await _jobs.FindAsync(job.CorrelationId, default), Is.Null);
        Assert.That(await _jobs.AddAsync(job, default), Is.True);
    }

    [TestCase("Running", 3)]
    [TestCase("Failed", null)]
    public async Task A_removed_job_answers_no_question(string state, int? unannounced)
    {
        var job = await AddedAsync(job =>
        {
            job.State = state;
            job.Unannounced = unannounced;
            job.NextCheckAt = Some.Time;
        });
        await _jobs.RemoveAsync(job.CorrelationId, job.Generation, default);

        Assert.That(await _jobs.TakeDueAsync(Some.Time, TimeSpan.FromHours(1), 1, default), Is.Empty);
        Assert.That(await _jobs.UnannouncedAsync(Some.Time.AddDays(1), 1, default), Is.Empty);
        Assert.That(await EndedAsync(Some.Time.AddDays(1)), Is.Empty);
        Assert.That(await ListAsync(new JobQuery()), Is.Empty);
        Assert.That(await _jobs.TenantsAsync(default), Is.Empty);
    }

    [Test]
    public async Task Of_many_who_remove_a_job_one_is_told_that_it_did()
    {
        var jobs = await Race.AllAsync(_ => AddedAsync());

        var removed = await Race.OfAsync((item, _) => _jobs.RemoveAsync(jobs[item].CorrelationId, jobs[item].Generation, default));

        Assert.That(removed.Select(byCaller => byCaller.Count(one => one)), Is.All.EqualTo(1));
    }

    /// <summary>One caller won each job, and the job is that caller's.</summary>
    private async Task AssertOneWonAsync(List<Guid> ids, IReadOnlyList<IReadOnlyList<bool>> won)
    {
        foreach (var (id, byCaller) in ids.Zip(won))
        {
            Assert.That(byCaller.Count(one => one), Is.EqualTo(1));
            Assert.That((await _jobs.FindAsync(id, default))?.Deferrals, Is.EqualTo(byCaller.ToList().IndexOf(true)));
        }
    }

    private async Task<Job> FindAsync(Job job) =>
        await _jobs.FindAsync(job.CorrelationId, default) ?? throw new AssertionException($"{job} is not there.");

    private async Task<Job> AddedAsync(Action<Job>? change = null)
    {
        var job = Some.Job();
        change?.Invoke(job);
        await _jobs.AddAsync(job, default);
        return job;
    }

    private static IEnumerable<Guid> Ids(params IEnumerable<Job> jobs) => jobs.Select(job => job.CorrelationId);
}
