using Workers.Jobs.Accounts;

namespace Workers.Testing.Stores;

/// <summary>A round of one account.</summary>
public static class OneRound
{
    /// <summary>Its number, or null where none could be started.</summary>
    public static async Task<long?> StartRoundAsync(this IAccounts accounts, string name, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken = default) =>
        (await accounts.StartRoundsAsync([name], now, lease, cancellationToken)).TryGetValue(name, out var round) ? round : null;
}
