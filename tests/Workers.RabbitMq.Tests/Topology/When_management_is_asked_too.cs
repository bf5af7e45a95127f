using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

[Category("Integration")]
internal sealed class When_management_is_asked_too
{
    [Test]
    public async Task Missing_bindings_and_queues_of_nobody_are_found()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var topology = new DeployedTopology(broker, ("ManagementUrl", broker.Management.BaseAddress!.ToString()));
        await topology.Deployment.DeployAsync(CancellationToken.None);
        var whole = await topology.Managed.CompareAsync(CancellationToken.None);
        Assert.That(whole, Has.Property("MissingBindings").Empty.And.Property("StaleBindings").Empty.And.Property("UnknownQueues").Empty);

        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueUnbindAsync("workers-start-job", FleetTopology.Delayed, "workers-start-job");
        await channel.QueueDeclareAsync("workers-delay-7s", durable: true, exclusive: false, autoDelete: false);
        await channel.QueueDeclareAsync("somebody-elses", durable: true, exclusive: false, autoDelete: false);
        var found = await topology.Managed.CompareAsync(CancellationToken.None);
        Assert.That(found!.MissingBindings, Is.EqualTo([new BindingDeclaration(FleetTopology.Delayed, "workers-start-job", "workers-start-job")]));
        Assert.That(found.UnknownQueues, Is.EqualTo(["workers-delay-7s"]));
    }

    [Test]
    public async Task Nothing_is_asked_where_no_address_is_configured()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var topology = new DeployedTopology(broker);
        Assert.That(await topology.Managed.CompareAsync(CancellationToken.None), Is.Null);
    }
}
