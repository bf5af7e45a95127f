using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Workers.Jobs.Polling;

/// <summary>
/// Whether this process keeps what it holds. Rounds are all that is held by renewing; the right to make a call and the slots of an account need no renewal. That the store answers says
/// little of it: a renewal is a write, and must come in time.
/// </summary>
internal sealed class LeasesHealth(HeldRounds rounds) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(rounds.Lapsed is { Count: > 0 } lapsed ? HealthCheckResult.Unhealthy(string.Join(' ', lapsed.Select(Describe))) : HealthCheckResult.Healthy());

    private static string Describe(RoundHold hold) => string.Create(
        CultureInfo.InvariantCulture,
        $"Round {hold.Round} of account {hold.Account} was renewed {hold.SinceRenewal.TotalSeconds:F0} s ago and is held for {hold.Lease.TotalSeconds:F0} s: another process may have it now.");
}
