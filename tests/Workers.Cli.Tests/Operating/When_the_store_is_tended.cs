using MongoDB.Bson;
using MongoDB.Driver;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.Cli.Tests.Operating;

/// <summary>Pruning, erasing, and the indexes.</summary>
internal sealed class When_the_store_is_tended : OperatorTest
{
    /// <summary>Of its own: its indexes are made, and made otherwise.</summary>
    internal override Task<TestDatabase> NewDatabase() => TestDatabase.CreateAsync();

    [SetUp]
    public void MakeFolder() => Directory.CreateDirectory(ResultsRoot);

    [Test]
    public async Task It_is_said_what_would_be_pruned_and_then_it_is()
    {
        var old = await AddAsync(job => job.ChangedAt = TimeProvider.System.GetUtcNow().AddDays(-8));
        var young = await AddAsync(job => job.ChangedAt = TimeProvider.System.GetUtcNow().AddDays(-6));

        Assert.That(await CliAsync("prune", "--dry-run", "--results", ResultsRoot), Is.EqualTo(ExitCode.AsExpected), () => Complained);
        Assert.That(Said, Does.Contain("studio: 1 job that ended before ").And.Contain("with 1 file of 4 B").And.Contain("1 job would be removed."));
        Assert.That(await Find(old.CorrelationId), Is.Not.Null);

        Assert.That(await CliAsync("prune", "--actor", Operator, "--results", ResultsRoot), Is.EqualTo(ExitCode.AsExpected), () => Complained);
        Assert.That(Said, Does.Contain("1 job removed."));
        Assert.That(await Find(old.CorrelationId), Is.Null);
        Assert.That(await Find(young.CorrelationId), Is.Not.Null);
        Assert.That(Directory.EnumerateFiles(ResultsRoot, "*", SearchOption.AllDirectories).Count(), Is.EqualTo(1));
        var entry = (await Stores.Audit.NewestAsync(null, 10, default)).Single();
        Assert.That((entry.Actor, entry.Action, entry.Details["jobs"]), Is.EqualTo((Operator, AuditAction.Pruned, "1")));
    }

    [Test]
    public async Task A_user_is_erased_and_what_is_left_is_named()
    {
        var ended = await AddAsync(job => job.UserHash = JobIdentity.UserHash("studio", "grace"));
        var running = await AddAsync(job => (job.UserHash, job.State) = (JobIdentity.UserHash("studio", "grace"), "Running"));
        var another = await AddAsync(job => job.UserHash = JobIdentity.UserHash("studio", "alan"));

        Assert.That(await CliAsync("erase", "--tenant", "studio", "--user", "grace", "--actor", Operator, "--results", ResultsRoot), Is.EqualTo(ExitCode.Otherwise));

        Assert.That(Said, Does.Contain("1 job of user SHA-256 ").And.Contain("1 left.").And.Not.Contain("grace"));
        Assert.That(Complained, Does.Contain($"job {running.CorrelationId} is Running. It is under way. Cancel it, then erase again."));
        Assert.That(await Find(ended.CorrelationId), Is.Null);
        Assert.That(await Find(another.CorrelationId), Is.Not.Null);
        Assert.That((await Stores.Audit.NewestAsync(null, 10, default)).Single().Action, Is.EqualTo(AuditAction.Erased));

        Assert.That(await CliAsync("erase", "--tenant", "studio", "--user", "alan", "--results", ResultsRoot), Is.EqualTo(ExitCode.AsExpected));
    }

    [TestCase("prune")]
    [TestCase("erase", "--tenant", "studio", "--user", "grace")]
    public async Task Nothing_is_removed_where_the_files_can_not_be(params string[] command)
    {
        var old = await AddAsync(job => job.ChangedAt = TimeProvider.System.GetUtcNow().AddDays(-8));

        Assert.That(await CliAsync([.. command, "--results", Path.Combine(ResultsRoot, "elsewhere")]), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Complained, Does.Contain("elsewhere").And.Contain("--results"));
        Assert.That(await Find(old.CorrelationId), Is.Not.Null);
    }

    [Test]
    public async Task Its_indexes_are_checked_and_made()
    {
        Assert.That(await CliAsync("store", "check"), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Complained, Does.Contain("jobs.tenant is missing").And.Contain("audit.expiry is missing").And.Contain("workers store prepare"));

        Assert.That(await CliAsync("store", "check"), Is.EqualTo(ExitCode.Otherwise), "looking made none");

        Assert.That(await CliAsync("store", "prepare"), Is.EqualTo(ExitCode.AsExpected), () => Complained);
        Assert.That(Said, Does.Contain("Made jobs.tenant."));
        Assert.That(await CliAsync("store", "check"), Is.EqualTo(ExitCode.AsExpected), () => Complained);
        Assert.That(await CliAsync("store", "prepare"), Is.EqualTo(ExitCode.AsExpected));
        Assert.That(Said, Does.Not.Contain("Made"));
    }

    [Test]
    public async Task An_index_that_somebody_made_otherwise_is_named_and_left_and_one_too_many_is_named()
    {
        var indexes = Database.Store.Database.GetCollection<BsonDocument>("jobs").Indexes;
        await indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("tenant", -1), new CreateIndexOptions { Name = "tenant" }));
        await indexes.CreateOneAsync(new CreateIndexModel<BsonDocument>(new BsonDocument("tags", 1), new CreateIndexOptions { Name = "somebodys" }));

        Assert.That(await CliAsync("store", "prepare"), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Complained, Does.Contain("jobs.tenant is there with other keys or rules").And.Contain("jobs.somebodys is there, and this version does not know it"));
        Assert.That(Said, Does.Contain("Made jobs.due.").And.Not.Contain("Made jobs.tenant."));
        Assert.That(await CliAsync("store", "check"), Is.EqualTo(ExitCode.Otherwise));
    }

    private async Task<Job> AddAsync(Action<Job> change)
    {
        var job = Some.Job();
        job.State = nameof(JobLifecycle.Succeeded);
        change(job);
        await Stores.Jobs.AddAsync(job, default);
        var folder = Directory.CreateDirectory(Path.Combine(ResultsRoot, job.TenantId, job.CorrelationId.ToString()));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "video.mp4"), "film");
        return job;
    }
}
