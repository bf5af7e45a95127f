using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Costs;

/// <summary>Looks once more, when the outputs of a task are had, for what it used: a list may not say what the task itself does, or say it a moment later.</summary>
internal sealed class LateUsage(ProviderDirectory providers, CostFilling filling)
{
    /// <summary>The job and the usage as they are known then. Whatever comes of the look, the result is not held up.</summary>
    public async Task<(Job Job, TaskUsage Usage)> LookAsync(Job job, Attempt attempt, CancellationToken cancellationToken)
    {
        var usage = attempt.End?.Usage ?? new TaskUsage();
        if (usage.Tokens is not null || attempt is not { TaskId: { } taskId, ActualCost: null })
        {
            return (job, usage);
        }

        try
        {
            var task = await providers.Find(attempt.Provider).GetAsync(attempt.Account, taskId, cancellationToken);
            return task?.Usage is { Tokens: { } tokens } told
                ? (await filling.FillAsync(attempt, attempt.Estimate.ForTokens(tokens).Amount, cancellationToken) ?? job, told)
                : (job, usage);
        }
        catch (ProviderUnavailableException)
        {
            return (job, usage);
        }
    }
}
