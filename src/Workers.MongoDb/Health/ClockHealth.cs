using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Health;

/// <summary>Whether the time of the leases is known. A clock that is wrong is allowed for; one that was set since it was last compared with the store's is not, until it is compared again.</summary>
internal sealed class ClockHealth(StoreClock clock) : IHealthCheck
{
    /// <summary>The least that could cost a process its round, with the product's leases.</summary>
    internal static readonly TimeSpan Most = TimeSpan.FromSeconds(5);

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var set = clock.SetSince;
        return Task.FromResult(set.Duration() <= Most
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"This machine's clock was set by {set} since it was compared with the store's: within a minute it is compared again, and until then leases and due times are misjudged by as much."));
    }
}
