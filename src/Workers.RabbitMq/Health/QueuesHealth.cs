using MassTransit;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Delays;

namespace Workers.RabbitMq.Health;

/// <summary>Whether the process takes messages from its queues, as MassTransit sees it. Of its exceptions nothing is repeated.</summary>
internal sealed class QueuesHealth(IBusControl bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = bus.CheckHealth();
        var idle = health.Endpoints.Values
            .Where(endpoint => endpoint.Status != BusHealthStatus.Healthy && endpoint.InputAddress != bus.Address)
            .Select(endpoint => LadderScheduler.QueueOf(endpoint.InputAddress))
            .Order(StringComparer.Ordinal)
            .ToList();
        return Task.FromResult((health.Status, idle) switch
        {
            (BusHealthStatus.Healthy, []) => HealthCheckResult.Healthy(),
            (_, []) => HealthCheckResult.Unhealthy("The bus has not started yet, is not connected, or is stopped."),
            _ => HealthCheckResult.Unhealthy($"No messages are taken from {string.Join(", ", idle)}: not connected yet, or the connection is lost. It is tried again until it succeeds."),
        });
    }
}
