using System.Globalization;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;

namespace Workers.Jobs.Retention;

/// <summary>Removes what the fleet holds of one user of a tenant, at once and whatever its age. The user is on record as a hash only.</summary>
internal sealed class Erasure(IJobs jobs, JobRemoval removal, IAudit audit, TimeProvider time)
{
    private const int Batch = 500;

    /// <summary>Removes all jobs of a user that have ended, and says which have not.</summary>
    /// <param name="tenant">The user's tenant.</param>
    /// <param name="user">The user, as submissions name them.</param>
    /// <param name="actor">Who asked for it, for the record.</param>
    /// <param name="filesGone">Somebody knows that files which are not there are nowhere else.</param>
    /// <param name="cancellationToken">Interrupts it; the same call goes on with what is left.</param>
    public async Task<ErasureReport> EraseAsync(string tenant, string user, string actor, bool filesGone, CancellationToken cancellationToken)
    {
        var report = new ErasureReport(tenant, JobIdentity.UserHash(tenant, user)!);
        try
        {
            await EraseAsync(report, filesGone, cancellationToken);
        }
        finally
        {
            await audit.AppendAsync(EntryOf(report, actor, time.GetUtcNow()), CancellationToken.None);
        }

        return report;
    }

    private async Task EraseAsync(ErasureReport report, bool filesGone, CancellationToken cancellationToken)
    {
        PagePosition? after = null;
        while (await jobs.ListAsync(new JobQuery { TenantId = report.Tenant, UserHash = report.UserHash }, after, Batch, cancellationToken) is [.., var last] page)
        {
            after = JobQuery.PositionOf(last);
            foreach (var job in page)
            {
                await EraseAsync(job, report, filesGone, cancellationToken);
            }
        }
    }

    private async Task EraseAsync(Job job, ErasureReport report, bool filesGone, CancellationToken cancellationToken)
    {
        if (WhyNot(job) is { } why)
        {
            report.Leave(job, why);
            return;
        }

        switch (await removal.RemoveAsync(job, dryRun: false, filesGone, cancellationToken))
        {
            case Removal.Removed(var files):
                report.Add(files);
                break;

            case Removal.FilesMissing(var missing):
                report.Leave(job, $"{(missing == 1 ? "A file that its record names is" : $"{missing} files that its record names are")} not in this folder of results, and would be left with nobody to find them. "
                    + "Erase where the workers' folder is; or with --files-gone, if it is known that they are nowhere else.");
                break;

            case Removal.Watched:
                report.Leave(job, "Its task at the provider may still be billed and is watched to its end. Erase again when that has come.");
                break;
        }
    }

    private static string? WhyNot(Job job) => JobSteps.PhaseOf(job.State) switch
    {
        Phase.InProgress => "It is under way. Cancel it, then erase again.",
        Phase.Blocked => "It waits for somebody to act. Cancel it, then erase again.",
        _ when job.Unannounced is not null => "Its client was not told of its end yet. Erase again in a minute.",
        _ => null,
    };

    private static AuditEntry EntryOf(ErasureReport report, string actor, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        At = now,
        Actor = actor,
        Action = AuditAction.Erased,
        TenantId = report.Tenant,
        Details = new Dictionary<string, string>
        {
            ["userHash"] = report.UserHash,
            ["jobs"] = report.Jobs.ToString(CultureInfo.InvariantCulture),
            ["files"] = report.Files.Files.ToString(CultureInfo.InvariantCulture),
            ["bytes"] = report.Files.Bytes.ToString(CultureInfo.InvariantCulture),
            ["left"] = report.Left.Count.ToString(CultureInfo.InvariantCulture),
        },
    };
}

/// <summary>What an erasure did.</summary>
/// <param name="tenant">Whose user.</param>
/// <param name="userHash">The user, as a hash.</param>
internal sealed class ErasureReport(string tenant, string userHash)
{
    private readonly List<LeftJob> _left = [];

    public string Tenant => tenant;

    public string UserHash => userHash;

    /// <summary>Jobs removed.</summary>
    public int Jobs { get; private set; }

    /// <summary>Their files.</summary>
    public FileCount Files { get; private set; }

    /// <summary>The user's jobs that are still there, and what to do about each.</summary>
    public IReadOnlyList<LeftJob> Left => _left;

    public void Add(FileCount files)
    {
        Jobs++;
        Files += files;
    }

    public void Leave(Job job, string why) => _left.Add(new LeftJob(job.CorrelationId, job.State, why));
}

/// <summary>A job that was not erased.</summary>
internal sealed record LeftJob(Guid JobId, string State, string Why);
