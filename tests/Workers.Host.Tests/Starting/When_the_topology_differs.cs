using Workers.Host.Tests.Support;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Starting;

[Category("Integration")]
internal sealed class When_the_topology_differs
{
    [Test]
    public async Task The_process_ends_and_tells_what_differs_and_how_to_migrate()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using (var connection = await broker.ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync("workers-start-job", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        }

        await using var process = HostProcess.Start(new Dictionary<string, string?> { ["RabbitMq:Url"] = broker.Url });
        Assert.That(await process.EndsAsync(), Is.EqualTo(1), process.Output);
        Assert.That(process.Output, Does.Contain("queue workers-start-job: PRECONDITION_FAILED - inequivalent arg").And.Contains("workers topology deploy").And.Not.Contains("   at "));
        Assert.That(await broker.CountAsync("workers-failures"), Is.Zero, "all else was declared");
    }
}
