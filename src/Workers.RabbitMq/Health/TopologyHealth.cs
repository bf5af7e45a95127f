using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Health;

/// <summary>Whether all queues and exchanges were there at the last look.</summary>
internal sealed class TopologyHealth(TopologyWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(watch.Trouble is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
