using System.Globalization;
using Workers.Contracts;
using Workers.CrashMatrix.Fleet;
using Workers.Jobs.Lifecycle;

namespace Workers.CrashMatrix.Rows;

/// <summary>Waits for the ends of jobs, and judges them by the store's records, by what upstream heard, and by the provider's own ledger.</summary>
internal static class JobCheck
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Long: on a machine with more to do a process may take a minute to start, and slow is not lost.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Waits until upstream has heard of all of them; false where it has not in all that time.</summary>
    public static async Task<bool> EndAsync(Lane lane, IReadOnlyList<Guid> jobs)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!jobs.All(lane.Upstream.HasHeardOf))
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                return false;
            }

            await Task.Delay(Look, TimeProvider.System, CancellationToken.None);
        }

        return true;
    }

    /// <summary>What became of the jobs of a run.</summary>
    public static async Task<Findings> JudgeAsync(Lane lane, string row, string run, IReadOnlyList<Guid> jobs)
    {
        var findings = new Findings(row) { Jobs = jobs.Count };
        foreach (var id in jobs)
        {
            findings = findings.Plus(Judge(lane, row, run, id, await lane.Upstream.Jobs.FindAsync(id, CancellationToken.None)));
        }

        var twice = Twice(lane, run);
        return findings with { Doubled = twice.Length, Problems = [.. findings.Problems, .. twice] };
    }

    /// <summary>The jobs of a run that had more than one live or billed task, by the provider's ledger.</summary>
    public static string[] Twice(Lane lane, string run)
    {
        var twice = lane.Provider.Ledger.JobsWithMoreThanOneLiveOrBilledTask().ToHashSet();
        return twice.Count == 0
            ? []
            : [.. lane.Provider.Ledger.Tasks.Where(task => twice.Contains(task.JobKey) && task.Prompt.StartsWith(run, StringComparison.Ordinal))
                .GroupBy(task => task.JobKey)
                .Select(tasks => $"{tasks.First().Prompt}: doubled: {string.Join(", ", tasks.Select(task => string.Create(CultureInfo.InvariantCulture, $"{task.Id} try {task.Try} {task.State} of {task.CreatedAt:HH:mm:ss.fff}")))}")];
    }

    private static Findings Judge(Lane lane, string row, string run, Guid id, Job? job)
    {
        var ends = lane.Upstream.EndsOf(id);
        var about = $"{run}, job {id}";
        return (job?.State, ends) switch
        {
            (null, _) => new(row) { Lost = 1, Problems = [$"{about}: lost: there is no record of it"] },
            (nameof(JobLifecycle.Succeeded), [nameof(JobSucceeded)]) => new(row),
            (nameof(JobLifecycle.Blocked), []) when job.Trouble?.Bucket == FailureBucket.Uncertain => new(row) { Uncertain = 1 },
            (nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Failed) or nameof(JobLifecycle.Cancelled), []) => new(row) { Lost = 1, Problems = [$"{about}: lost: it is {job.State}, and nobody was told"] },
            (nameof(JobLifecycle.Succeeded) or nameof(JobLifecycle.Failed) or nameof(JobLifecycle.Cancelled) or nameof(JobLifecycle.Blocked), _) =>
                new(row) { Problems = [$"{about}: is {job.State} (told: {string.Join(", ", ends)}): {job.Trouble?.Code}: {job.Trouble?.Reason}"] },
            (var state, _) => new(row)
            {
                Lost = 1,
                Problems = [string.Create(CultureInfo.InvariantCulture, $"{about}: lost: is {state} since {job.ChangedAt:HH:mm:ss.fff}, step {job.Step}, attempt {job.Attempt}, next check {job.NextCheckAt:HH:mm:ss.fff}: {job.Trouble?.Code}")],
            },
        };
    }
}
