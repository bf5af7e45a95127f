using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Workers.RabbitMq.Health;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

/// <summary>The topology as some settings ask for it, with what compares and declares it.</summary>
internal sealed class DeployedTopology : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public DeployedTopology(VirtualHost broker, params (string Key, string Value)[] settings) => _services = new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("RabbitMq:Url", broker.Url), .. settings.Select(setting => KeyValuePair.Create($"RabbitMq:{setting.Key}", (string?)setting.Value))]).Build())
        .AddSingleton(TimeProvider.System)
        .AddLogging()
        .AddRabbitMq()
        .BuildServiceProvider();

    public FleetTopology Topology => _services.GetRequiredService<FleetTopology>();

    public TopologyDeployment Deployment => _services.GetRequiredService<TopologyDeployment>();

    public EffectivePolicies Policies => _services.GetRequiredService<EffectivePolicies>();

    /// <summary>What a process says of the policies.</summary>
    public Task<HealthCheckResult> HealthAsync() => ActivatorUtilities.CreateInstance<PoliciesHealth>(_services).CheckHealthAsync(new HealthCheckContext());

    public ManagedTopology Managed => _services.GetRequiredService<ManagedTopology>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
