using Workers.Jobs.Accounts;

namespace Workers.Jobs.Submission;

/// <summary>
/// Sets an account's slots in use to what its attempts say. A process that dies between the slot and the attempt, or between the close of an attempt and the return of its slot, leaves the
/// number too high.
/// </summary>
internal sealed class SlotCount(IAttempts attempts, IAccounts accounts)
{
    public async Task CorrectAsync(string account, CancellationToken cancellationToken) =>
        await CorrectAsync(await accounts.GetAsync(account, cancellationToken), cancellationToken);

    /// <summary>The same, where no slot was taken after <paramref name="quietSince"/>: what was taken since may have no attempt yet.</summary>
    public async Task CorrectQuietAsync(string account, DateTimeOffset quietSince, CancellationToken cancellationToken)
    {
        // Each slot that is taken moves this on, to its own time at least.
        if (await accounts.GetAsync(account, cancellationToken) is var seen && seen.NextCreateAt < quietSince)
        {
            await CorrectAsync(seen, cancellationToken);
        }
    }

    private async Task CorrectAsync(Account seen, CancellationToken cancellationToken) =>
        await accounts.CorrectInFlightAsync(seen, await attempts.CountInFlightAsync(seen.Name, cancellationToken), cancellationToken);
}
