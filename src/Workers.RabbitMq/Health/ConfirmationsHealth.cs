using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Sending;

namespace Workers.RabbitMq.Health;

/// <summary>Whether the broker confirms what is sent.</summary>
internal sealed class ConfirmationsHealth(Confirmations confirmations) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(confirmations.Trouble() is { } trouble ? HealthCheckResult.Unhealthy(trouble) : HealthCheckResult.Healthy());
}
