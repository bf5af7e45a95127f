using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Health;

/// <summary>Whether policies leave the topology as the fleet declared it: nothing but the management API can tell, so without its address it is taken for granted.</summary>
internal sealed class PoliciesHealth(PolicyWatch watch) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var overruled = await watch.ReadAsync(cancellationToken);
            return overruled.Count == 0
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy($"Policies of the broker overrule what the fleet declared: {string.Join("; ", overruled)}. Change or remove them.");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Degraded($"The policies of the broker could not be read: {Describe(fault)}.");
        }
    }

    private static string Describe(Exception fault) => fault is HttpRequestException { StatusCode: { } status }
        ? $"the management API answers {(int)status}, where the user needs the tag management"
        : "the management API does not answer";
}

/// <summary>Reads the policies now and then, as somebody asks, and tells in the log when what they overrule has changed.</summary>
internal sealed partial class PolicyWatch(EffectivePolicies policies, TimeProvider time, ILogger<PolicyWatch> logger) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim _one = new(1, 1);
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;
    private IReadOnlyList<OverruledDeclaration> _overruled = [];

    public async Task<IReadOnlyList<OverruledDeclaration>> ReadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (time.GetUtcNow() - _readAt >= Interval)
            {
                var now = (await policies.ReadAsync(cancellationToken))?.Overruled ?? [];
                if (!now.SequenceEqual(_overruled))
                {
                    LogOverruled(now.Count, string.Join("; ", now));
                }

                (_readAt, _overruled) = (time.GetUtcNow(), now);
            }

            return _overruled;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    [LoggerMessage(EventId = 6009, Level = LogLevel.Warning, Message = "Policies of the broker overrule {Count} declarations of the fleet: {Overruled}")]
    private partial void LogOverruled(int count, string overruled);
}
