using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Reads everything that an account asked of a model, page by page at the provider's rate.</summary>
internal sealed class TaskList(IAccounts accounts, IOptions<PollingOptions> options, TimeProvider time)
{
    /// <summary>
    /// Reads to the end, within the cap on pages. The reading is complete when it saw every task that was there when it began: pages shift while they are read, so what is counted
    /// against the total of the first answer is what that answer held, and of the later ones the tasks that are older.
    /// </summary>
    public async Task<TaskReading> ReadAsync(IGenerationProvider provider, PollRound round, string model, CancellationToken cancellationToken)
    {
        Dictionary<string, ProviderTask> tasks = new(StringComparer.Ordinal);
        TaskPage? first = null;
        try
        {
            for (var number = 1; number <= options.Value.MostPages; number++)
            {
                // The rate counts from the answer to the call before, whoever made it in this round.
                await Task.Delay(provider.Limits.ListInterval, time, cancellationToken);
                if (!await accounts.RenewRoundAsync(round.Account, round.Round, time.Now(), options.Value.RoundLease, cancellationToken))
                {
                    return new TaskReading([.. tasks.Values], "the round was lost to another");
                }

                var page = await provider.BrowseAsync(round.Account, model, number, cancellationToken);
                first ??= page;
                foreach (var task in page.Tasks)
                {
                    tasks[task.TaskId] = task;
                }

                if (page.Tasks.Count == 0 || number * provider.Limits.TasksPerPage >= page.Total)
                {
                    var began = DateTimeOffset.FromUnixTimeSeconds(first.At.ToUnixTimeSeconds());
                    var atOnce = first.Tasks.Select(task => task.TaskId).ToHashSet(StringComparer.Ordinal);
                    var seen = tasks.Values.Count(task => task.CreatedAt < began || atOnce.Contains(task.TaskId));
                    return new TaskReading([.. tasks.Values], seen >= first.Total ? null : $"{seen} of {first.Total} tasks were seen");
                }
            }

            return new TaskReading([.. tasks.Values], $"it has more than {options.Value.MostPages} pages");
        }
        catch (ProviderUnavailableException fault)
        {
            return new TaskReading([.. tasks.Values], fault.Message);
        }
    }
}

/// <summary>What was read of a provider's list.</summary>
/// <param name="Tasks">All tasks seen.</param>
/// <param name="Problem">Why it may not be all there are, or null.</param>
internal sealed record TaskReading(IReadOnlyList<ProviderTask> Tasks, string? Problem)
{
    public bool IsComplete => Problem is null;
}
