using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.Providers;
using Workers.Testing;

namespace Workers.Jobs.Tests.Retention;

/// <summary>Stores, files on disk, and jobs of all kinds in both.</summary>
internal abstract class RetentionTest
{
    protected const string Tenant = "studio";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("workers-retention-");

    protected Workers.Testing.Fleet.Stores Stores { get; } = new();

    protected RetentionOptions Keep { get; } = new();

    [TearDown]
    public void RemoveFiles() => _root.Delete(recursive: true);

    /// <summary>The fleet's removal on these stores, or on others in their stead.</summary>
    protected JobRemoval Removal(IJobs? jobs = null, IAttempts? attempts = null, IResults? results = null, IFailures? failures = null) => new(
        jobs ?? Stores.Jobs,
        attempts ?? Stores.Attempts,
        results ?? Stores.Results,
        failures ?? Stores.Failures,
        new ResultFiles(Options.Create(new RetrievalOptions { Root = _root.FullName }), new Chance(1)));

    protected Pruner Pruner(JobRemoval? removal = null) =>
        new(Stores.Jobs, removal ?? Removal(), Stores.Failures, Stores.Costs, Stores.Audit, Options.Create(Keep));

    /// <summary>A job that succeeded so long ago, with all that it leaves: an attempt, a result, a failure, two files of 6 bytes together.</summary>
    protected async Task<Job> EndedAsync(TimeSpan ago, string tenant = Tenant, Action<Job>? change = null)
    {
        var job = Some.Job();
        (job.TenantId, job.State, job.ChangedAt) = (tenant, nameof(JobLifecycle.Succeeded), Some.Time - ago);
        job.Outputs = [FileOf(job)];
        change?.Invoke(job);
        await Stores.Jobs.AddAsync(job, default);
        await Stores.Attempts.OpenAsync(Some.Attempt(AttemptState.Closed) with { Id = AttemptId.Of(job), TenantId = tenant }, default);
        await Stores.Results.KeepAsync(Filled.Result() with { JobId = job.CorrelationId, Generation = job.Generation, TenantId = tenant, Outputs = [FileOf(job)] }, default);
        await Stores.Failures.RecordAsync(Some.Failure() with { JobId = job.CorrelationId, TenantId = tenant }, default);
        Directory.CreateDirectory(FolderOf(job));
        await File.WriteAllTextAsync(Path.Combine(FolderOf(job), "video.mp4"), "film");
        await File.WriteAllTextAsync(Path.Combine(FolderOf(job), "result.json"), "{}");
        return job;
    }

    /// <summary>The one file that the records of a job name.</summary>
    private static ResultOutput FileOf(Job job) =>
        new() { Name = "video", Path = $"{job.TenantId}/{job.CorrelationId}/video.mp4", MediaType = "video/mp4", Bytes = 4, Sha256 = "0c0d" };

    protected string FolderOf(Job job) => Path.Combine(_root.FullName, job.TenantId, job.CorrelationId.ToString());

    protected string FolderOf(string tenant) => Path.Combine(_root.FullName, tenant);

    protected async Task ShouldBeGone(Job job)
    {
        Assert.That(await Stores.Jobs.FindAsync(job.CorrelationId, default), Is.Null, "the job");
        Assert.That(await Stores.Attempts.OfJobAsync(job.CorrelationId, job.Generation, default), Is.Empty, "its attempts");
        Assert.That(await Stores.Results.FindAsync(job.CorrelationId, job.Generation, default), Is.Null, "its result");
        Assert.That(await Stores.Failures.OfJobAsync(job.CorrelationId, default), Is.Empty, "its failures");
        Assert.That(Directory.Exists(FolderOf(job)), Is.False, "its files");
    }

    protected async Task ShouldBeWhole(Job job)
    {
        Assert.That(await Stores.Jobs.FindAsync(job.CorrelationId, default), Is.Not.Null, "the job");
        Assert.That(await Stores.Attempts.OfJobAsync(job.CorrelationId, job.Generation, default), Has.Count.EqualTo(1), "its attempt");
        Assert.That(await Stores.Results.FindAsync(job.CorrelationId, job.Generation, default), Is.Not.Null, "its result");
        Assert.That(await Stores.Failures.OfJobAsync(job.CorrelationId, default), Has.Count.EqualTo(1), "its failure");
        Assert.That(Directory.EnumerateFiles(FolderOf(job)).Count(), Is.EqualTo(2), "its files");
    }

    protected async Task<IReadOnlyList<AuditEntry>> AuditAsync() => await Stores.Audit.NewestAsync(null, 100, default);
}
