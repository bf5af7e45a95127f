using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>Reads everything that an account asked, of a model or of all, page by page at the provider's rate.</summary>
internal sealed class TaskList(IAccounts accounts, IOptions<PollingOptions> options, TimeProvider time)
{
    /// <summary>
    /// Reads up to an empty page, within the cap on pages: what a page or a total says of its end may be wrong. The reading is complete when it saw every task that was there when it
    /// began: pages shift while they are read, so what is counted against the total of the first answer is what that answer held, and of the later ones the tasks that are older.
    /// </summary>
    /// <param name="provider">The account's provider.</param>
    /// <param name="round">The round that holds the account, whose hold is renewed with each page.</param>
    /// <param name="model">Whose tasks; null: of all models.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<TaskReading> ReadAsync(IGenerationProvider provider, PollRound round, string? model, CancellationToken cancellationToken)
    {
        SeenTasks seen = new();
        for (var number = 1; number <= options.Value.MostPages; number++)
        {
            // The rate counts from the answer to the call before, whoever made it in this round.
            await Task.Delay(provider.Limits.ListInterval, time, cancellationToken);
            if (!await accounts.RenewRoundAsync(round.Account, round.Round, time.Now(), options.Value.RoundLease, cancellationToken))
            {
                return seen.Reading("the round was lost to another");
            }

            var (page, fault) = await provider.AskAsync(
                api => model is null ? api.BrowseAllAsync(round.Account, number, cancellationToken) : api.BrowseAsync(round.Account, model, number, cancellationToken), cancellationToken);
            if (page is null)
            {
                return seen.Reading(fault!.Message) with { IsRefused = fault.Refusal != LookRefusal.None };
            }

            if (page.Tasks.Count == 0)
            {
                return seen.Reading(seen.Missing(page));
            }

            if (!seen.Add(page))
            {
                return seen.Reading("it gives the same page again and again");
            }
        }

        return seen.Reading($"it has more than {options.Value.MostPages} pages");
    }

    /// <summary>What the pages had so far.</summary>
    private sealed class SeenTasks
    {
        private readonly Dictionary<string, ProviderTask> _tasks = new(StringComparer.Ordinal);
        private TaskPage? _first;
        private TaskPage? _last;
        private DateTimeOffset _began;
        private int _counted;

        /// <returns>Whether it is another page than the one before.</returns>
        public bool Add(TaskPage page)
        {
            if (_first is null)
            {
                // Whoever does not tell the time made the newest of the first page before it was read.
                _first = page;
                _began = page.Ahead is not null ? DateTimeOffset.FromUnixTimeSeconds(page.At.ToUnixTimeSeconds()) : page.Tasks.Max(task => Created(task) ?? DateTimeOffset.UnixEpoch);
            }

            var isAnother = _last is null || !_last.Tasks.Select(task => task.TaskId).SequenceEqual(page.Tasks.Select(task => task.TaskId), StringComparer.Ordinal);
            foreach (var named in page.Tasks.GroupBy(task => task.TaskId, StringComparer.Ordinal))
            {
                // One that is named twice on a page is counted twice by whoever names it so; one that another page had before has merely shifted.
                var isNew = !_tasks.ContainsKey(named.Key);
                _tasks[named.Key] = named.First();
                _counted += isNew && (page == _first || Created(named.First()) < _began) ? named.Count() : 0;
            }

            _last = page;
            return isAnother;
        }

        /// <summary>What says that there is more than was seen, or null.</summary>
        public string? Missing(TaskPage end)
        {
            var total = (_first ?? end).Total;
            return _counted >= total ? null : $"{_counted} of {total} tasks were seen";
        }

        public TaskReading Reading(string? problem) => new([.. _tasks.Values], problem) { Ahead = _first?.Ahead };

        private static DateTimeOffset? Created(ProviderTask task) => task.CreatedAt;
    }
}

/// <summary>What was read of a provider's list.</summary>
/// <param name="Tasks">All tasks seen, each once.</param>
/// <param name="Problem">Why it may not be all there are, or null.</param>
internal sealed record TaskReading(IReadOnlyList<ProviderTask> Tasks, string? Problem)
{
    /// <summary>How far the provider's clock is ahead of ours; zero where it does not tell.</summary>
    public TimeSpan? Ahead { get; init; }

    /// <summary>It is this way of reading that the provider refuses.</summary>
    public bool IsRefused { get; init; }

    public bool IsComplete => Problem is null;
}
