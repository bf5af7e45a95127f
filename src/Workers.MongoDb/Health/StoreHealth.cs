using Microsoft.Extensions.Diagnostics.HealthChecks;
using MongoDB.Bson;
using Workers.MongoDb.Connections;

namespace Workers.MongoDb.Health;

/// <summary>Whether the store answers; else what the process waits for.</summary>
internal sealed class StoreHealth(Store store, StoreAddress address) : IHealthCheck
{
    /// <summary>Health is asked for by something that has not much patience.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await store.RunAsync(token => store.Database.RunCommandAsync<BsonDocument>(new BsonDocument("ping", 1), cancellationToken: token), patience.Token);
            return HealthCheckResult.Healthy();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy(store.Trouble ?? $"The store at {address} does not answer within {Patience.TotalSeconds} s.");
        }
    }
}
