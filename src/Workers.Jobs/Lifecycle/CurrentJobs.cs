using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Lifecycle;

/// <summary>Tells commands that still count from stale ones, the same for every consumer.</summary>
internal static class CurrentJobs
{
    /// <summary>The job of a command, if it is still in the step that the command names and in the state that issues such commands; else null.</summary>
    public static async Task<Job?> FindCurrentAsync(this IJobs jobs, IJobCommand command, string state, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(command.JobId, cancellationToken) is not { } job)
        {
            return null;
        }

        JobFacts.Know(job);
        return job.Step == command.Step && job.State == state ? job : null;
    }
}
