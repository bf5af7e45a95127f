using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Health;

/// <summary>Whether the broker was reached and has the topology; else what the process waits for.</summary>
internal sealed class BrokerHealth(BrokerPresence broker) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(broker.WaitsFor is { } reason ? HealthCheckResult.Unhealthy(reason) : HealthCheckResult.Healthy());
}
