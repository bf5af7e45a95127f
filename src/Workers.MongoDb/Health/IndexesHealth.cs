using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Health;

/// <summary>Whether this process has made sure of the store's indexes; once it has, this stays so.</summary>
internal sealed class IndexesHealth(Store store) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(store.IsPrepared ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(store.Trouble ?? "The store's indexes are being made."));
}
