using System.Globalization;
using Microsoft.Extensions.Options;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;

namespace Workers.Jobs.Retention;

/// <summary>Removes what was kept long enough, tenant by tenant, and puts on record what it removed.</summary>
internal sealed class Pruner(IJobs jobs, JobRemoval removal, IFailures failures, ICosts costs, IAudit audit, IOptions<RetentionOptions> options)
{
    private const int Batch = 500;

    /// <summary>Removals under way at once: each waits for the store most of the time.</summary>
    private const int Concurrency = 8;

    /// <summary>Looks once through all tenants.</summary>
    /// <param name="now">The time that ages are told by.</param>
    /// <param name="actor">Who removes, for the record.</param>
    /// <param name="dryRun">Says what would be removed, and removes nothing.</param>
    /// <param name="filesGone">Somebody knows that files which are not there are nowhere else.</param>
    /// <param name="cancellationToken">Interrupts the look; the next one goes on.</param>
    /// <returns>The tenants of which something was removed or is past its time and stays.</returns>
    public async Task<IReadOnlyList<PrunedTenant>> PruneAsync(DateTimeOffset now, string actor, bool dryRun, bool filesGone, CancellationToken cancellationToken)
    {
        List<PrunedTenant> pruned = [];
        foreach (var tenant in (await jobs.TenantsAsync(cancellationToken)).Order(StringComparer.Ordinal))
        {
            var counts = new PrunedTenant(tenant, now - options.Value.Of(tenant));
            try
            {
                await PruneAsync(counts, dryRun, filesGone, cancellationToken);
            }
            finally
            {
                // What was removed before something went wrong is gone too.
                if (counts.Jobs > 0 && !dryRun)
                {
                    await audit.AppendAsync(EntryOf(counts, now, actor), CancellationToken.None);
                }
            }

            if (counts.Jobs + counts.Watched + counts.FilesMissing > 0)
            {
                pruned.Add(counts);
            }
        }

        if (!dryRun)
        {
            // Those of jobs went with them: these are dead letters that name none.
            await failures.RemoveAsync(now - options.Value.Longest, cancellationToken);
            await costs.RemoveAsync(now - options.Value.KeepCostsFor, cancellationToken);
        }

        return pruned;
    }

    private async Task PruneAsync(PrunedTenant counts, bool dryRun, bool filesGone, CancellationToken cancellationToken)
    {
        PagePosition? after = null;
        while (await jobs.EndedAsync(counts.Tenant, counts.Before, after, Batch, cancellationToken) is [.., var last] batch)
        {
            after = new PagePosition(last.ChangedAt, last.CorrelationId);
            await Parallel.ForEachAsync(
                batch,
                new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
                async (job, stop) => counts.Add(await removal.RemoveAsync(job, dryRun, filesGone, stop)));
        }
    }

    private static AuditEntry EntryOf(PrunedTenant pruned, DateTimeOffset now, string actor) => new()
    {
        Id = Guid.CreateVersion7(now),
        At = now,
        Actor = actor,
        Action = AuditAction.Pruned,
        TenantId = pruned.Tenant,
        Details = new Dictionary<string, string>
        {
            ["before"] = pruned.Before.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
            ["jobs"] = pruned.Jobs.ToString(CultureInfo.InvariantCulture),
            ["files"] = pruned.Files.Files.ToString(CultureInfo.InvariantCulture),
            ["bytes"] = pruned.Files.Bytes.ToString(CultureInfo.InvariantCulture),
        },
    };
}

/// <summary>What one look removed of one tenant, or would.</summary>
/// <param name="tenant">Whose.</param>
/// <param name="before">What ended before this is past its time.</param>
internal sealed class PrunedTenant(string tenant, DateTimeOffset before)
{
    private readonly Lock _lock = new();

    public string Tenant => tenant;

    public DateTimeOffset Before => before;

    /// <summary>Jobs removed.</summary>
    public int Jobs { get; private set; }

    /// <summary>Their files.</summary>
    public FileCount Files { get; private set; }

    /// <summary>Jobs past their time that stay, because their tasks may still be billed.</summary>
    public int Watched { get; private set; }

    /// <summary>Jobs past their time that stay, because files that their records name are not in this folder.</summary>
    public int FilesMissing { get; private set; }

    public void Add(Removal removal)
    {
        lock (_lock)
        {
            switch (removal)
            {
                case Removal.Removed(var files):
                    Jobs++;
                    Files += files;
                    break;

                case Removal.FilesMissing:
                    FilesMissing++;
                    break;

                case Removal.Watched:
                    Watched++;
                    break;
            }
        }
    }
}
