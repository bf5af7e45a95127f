using System.Globalization;
using Workers.Jobs.Submission;

namespace Workers.Testing.Providers;

/// <summary>Makes attempts with running tasks, to be polled.</summary>
internal static class DueAttempts
{
    /// <param name="store">Where they are put.</param>
    /// <param name="count">How many.</param>
    /// <param name="accounts">In how many accounts: <c>a0</c> and so on.</param>
    /// <param name="from">When the first are due.</param>
    /// <param name="within">The others are due evenly within this.</param>
    /// <returns>Each task's due time.</returns>
    public static async Task<Dictionary<string, DateTimeOffset>> MakeAsync(IAttempts store, int count, int accounts, DateTimeOffset from, TimeSpan within)
    {
        var attempts = Enumerable.Range(0, count).Select(number => Some.Attempt(AttemptState.Live) with
        {
            Account = string.Create(CultureInfo.InvariantCulture, $"a{number % accounts}"),
            OpenedAt = from,
            DueAt = DateTimeOffset.FromUnixTimeMilliseconds((from + (within * number / count)).ToUnixTimeMilliseconds()),
        }).ToList();
        await Parallel.ForEachAsync(attempts, new ParallelOptions { MaxDegreeOfParallelism = 400 }, async (attempt, stop) => await store.OpenAsync(attempt, stop));
        return attempts.ToDictionary(attempt => attempt.TaskId!, attempt => attempt.DueAt!.Value);
    }

    /// <summary>What a process is told of such accounts.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Settings(int accounts, Uri provider)
    {
        for (var number = 0; number < accounts; number++)
        {
            var account = string.Create(CultureInfo.InvariantCulture, $"Accounts:a{number}");
            yield return new($"{account}:Provider", "seedance");
            yield return new($"{account}:Region", "ap-southeast");
            yield return new($"{account}:BaseAddress", new Uri(provider, "api/v3/").ToString());
            yield return new($"{account}:ApiKey", string.Create(CultureInfo.InvariantCulture, $"key-{number}"));
            yield return new($"{account}:Tenants:0", string.Create(CultureInfo.InvariantCulture, $"tenant-{number}"));
        }
    }
}
