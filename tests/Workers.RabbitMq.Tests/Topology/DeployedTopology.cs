using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

/// <summary>The topology as some settings ask for it, with what compares and declares it.</summary>
internal sealed class DeployedTopology : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public DeployedTopology(VirtualHost broker, params (string Key, string Value)[] settings) => _services = new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("RabbitMq:Url", broker.Url), .. settings.Select(setting => KeyValuePair.Create($"RabbitMq:{setting.Key}", (string?)setting.Value))]).Build())
        .AddLogging()
        .AddRabbitMq()
        .BuildServiceProvider();

    public FleetTopology Topology => _services.GetRequiredService<FleetTopology>();

    public TopologyDeployment Deployment => _services.GetRequiredService<TopologyDeployment>();

    public ManagedTopology Managed => _services.GetRequiredService<ManagedTopology>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
