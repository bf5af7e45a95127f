using RabbitMQ.Client;
using Workers.Cli.Tests.Support;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.Cli.Tests.Running;

[Category("Integration")]
internal sealed class When_a_file_is_run_over_RabbitMQ : CliTest
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "Samples", "jobs.jsonl");

    [Test]
    public async Task Every_line_of_the_sample_ends_as_it_says_and_no_message_is_left()
    {
        await using var broker = await VirtualHost.CreateAsync();

        Assert.That(await RunAsync(Sample, "--transport", "rabbitmq", "--broker", broker.Url), Is.EqualTo(ExitCode.AsExpected), () => $"{Output}{Error}");

        Assert.That(Output.ToString(), Does.Contain("no job has more than one live or billed task"));
        foreach (var queue in Topology(broker).Queues)
        {
            Assert.That(await broker.CountAsync(queue.Name), Is.Zero, queue.Name);
        }
    }

    [Test]
    public async Task A_virtual_host_that_somebody_uses_is_left_alone()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await new TopologyDeployment(Topology(broker), new BrokerAddress(new RabbitMqOptions { Url = broker.Url })).DeployAsync(CancellationToken.None);
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync("workers-start-job", "", mandatory: true, "somebody's"u8.ToArray());

        Assert.That(await RunAsync(Jobs(Job("one")), "--transport", "rabbitmq", "--broker", broker.Url), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Error.ToString(), Does.Contain("workers-start-job has 1 messages and 0 consumers").And.Contain("--broker"));
        Assert.That(await broker.CountAsync("workers-start-job"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_broker_without_the_transport_makes_no_sense()
    {
        Assert.That(await RunAsync(Jobs(Job("one")), "--broker", "amqp://localhost"), Is.Not.EqualTo(ExitCode.AsExpected));
        Assert.That(Error.ToString(), Does.Contain("--broker goes with --transport rabbitmq."));
    }

    private static FleetTopology Topology(VirtualHost broker)
    {
        var options = new RabbitMqOptions { Url = broker.Url };
        return new FleetTopology(options, new DelayLadder(options));
    }
}
