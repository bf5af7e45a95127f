using RabbitMQ.Client;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

[Category("Integration")]
internal sealed class When_options_have_changed
{
    [Test]
    public async Task It_is_told_what_differs_with_both_values_and_how_to_migrate_and_nothing_is_harmed()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var before = new DeployedTopology(broker);
        await before.Deployment.DeployAsync(CancellationToken.None);
        await SendAsync(broker);

        await using var after = new DeployedTopology(broker, ("DeliveryLimit", "50"));
        var fault = Assert.ThrowsAsync<TopologyDiffersException>(() => after.Deployment.DeployAsync(CancellationToken.None))!;
        Assert.That(fault.Message, Does.Contain("queue workers-start-job: ").And.Contains("'x-delivery-limit'").And.Contains("received '50' but current is '100'"));
        Assert.That(fault.Message, Does.Contain("set the option back").And.Contains("Move messages").And.Contains("workers topology deploy"));
        var consumed = after.Topology.Queues.Where(queue => queue.Arguments.TryGetValue("x-delivery-limit", out var limit) && limit is 50).Select(queue => queue.Name).ToArray();
        Assert.That(consumed, Does.Contain("workers-start-job").And.Contain(FleetTopology.RecordDeadLetter));
        Assert.That(fault.Differences.Select(difference => difference.Split(' ', ':')[1]), Is.EquivalentTo(consumed), "each queue that is consumed, and no other");

        Assert.That(await broker.CountAsync("workers-start-job"), Is.EqualTo(1), "what lies there, lies there");
        Assert.That(await before.Deployment.CheckAsync(CancellationToken.None), Has.Property("Missing").Empty.And.Property("Differences").Empty);
        Assert.That((await after.Deployment.CheckAsync(CancellationToken.None)).Differences, Is.EqualTo(fault.Differences));
    }

    [Test]
    public async Task The_way_of_migrating_that_is_told_leads_there_without_loss()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var before = new DeployedTopology(broker);
        await before.Deployment.DeployAsync(CancellationToken.None);
        await SendAsync(broker);
        await using var after = new DeployedTopology(broker, ("DeliveryLimit", "50"));
        var queues = (await after.Deployment.CheckAsync(CancellationToken.None)).Differences.Select(difference => difference.Split(' ', ':')[1]).ToArray();

        await using (var connection = await broker.ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true)))
        {
            var moved = (await channel.BasicGetAsync("workers-start-job", autoAck: false))!;
            foreach (var queue in queues)
            {
                await channel.QueueDeleteAsync(queue);
            }

            await after.Deployment.DeployAsync(CancellationToken.None);
            await channel.BasicPublishAsync("", "workers-start-job", mandatory: true, new BasicProperties(moved.BasicProperties), moved.Body);
        }

        Assert.That(await broker.CountAsync("workers-start-job"), Is.EqualTo(1));
        Assert.That(await after.Deployment.CheckAsync(CancellationToken.None), Has.Property("Missing").Empty.And.Property("Differences").Empty);
    }

    private static async Task SendAsync(VirtualHost broker)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("workers-start-job", "", mandatory: true, new BasicProperties { Persistent = true }, new byte[] { 1 });
    }
}
