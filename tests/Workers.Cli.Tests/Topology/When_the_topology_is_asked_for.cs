using System.Text.Json;
using Workers.Cli.Tests.Support;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.Cli.Tests.Topology;

internal sealed class When_the_topology_is_asked_for : CliTest
{
    [Test]
    public async Task Show_tells_each_queue_with_its_purpose_and_arguments()
    {
        Assert.That(await CliAsync("topology", "show"), Is.Zero);
        var lines = Output.ToString().Split('\n');
        Assert.That(lines, Has.Some.Matches(@"^workers-start-job +consumed by submission +x-queue-type=quorum, x-delivery-limit=100, "));
        Assert.That(lines, Has.Some.Matches(@"^workers-delayed +takes what has waited long enough back to its queue +direct alternate-exchange=workers-unroutable"));
        Assert.That(lines, Has.Some.Matches(@"^workers-delayed +queue workers-start-job +workers-start-job"));
    }

    [Test]
    public async Task Show_tells_programs_the_same_as_JSON()
    {
        Assert.That(await CliAsync("topology", "show", "--output", "json"), Is.Zero);
        using var document = JsonDocument.Parse(Output.ToString());
        var queue = document.RootElement.GetProperty("queues").EnumerateArray().Single(queue => queue.GetProperty("name").GetString() == "workers-start-job");
        Assert.That(queue.GetProperty("arguments").GetProperty("x-delivery-limit").GetInt32(), Is.EqualTo(100));
        Assert.That(document.RootElement.GetProperty("bindings").EnumerateArray().Select(binding => binding.GetProperty("destinationType").GetString()).Distinct(), Is.EquivalentTo(["queue", "exchange"]));
    }

    [Test]
    public async Task Rights_tells_each_role_and_a_producer_as_JSON_too()
    {
        Assert.That(await CliAsync("topology", "rights"), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain("retrieval: the role; consumes workers-retrieve-result\n").And.Contains("  write      ^(workers-intake-submit-job)$"));
        Assert.That(await CliAsync("topology", "rights", "--output", "json"), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain("\"who\": \"retrieval\""));
    }

    [Test]
    [Category("Integration")]
    public async Task Check_tells_what_is_missing_and_changes_nothing()
    {
        await using var broker = await VirtualHost.CreateAsync();
        Assert.That(await CliAsync("topology", "check", "--broker", broker.Url), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Output.ToString(), Does.StartWith("Missing:\n").And.Contains("\n  queue workers-start-job\n").And.Contains("\n  exchange workers-events\n").And.Contains("workers topology deploy"));
        Assert.That(await QueuesAsync(broker), Is.Empty);
    }

    [Test]
    [Category("Integration")]
    public async Task Deploy_declares_it_says_so_and_may_be_run_again()
    {
        await using var broker = await VirtualHost.CreateAsync();
        Assert.That(await CliAsync("topology", "deploy", "--broker", broker.Url), Is.Zero);
        Assert.That(Output.ToString(), Does.StartWith("Declared:\n").And.Contains("\n  queue workers-start-job\n"));
        Assert.That(await CliAsync("topology", "deploy", "--broker", broker.Url), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain("No queue and no exchange was missing."));
        Assert.That(await CliAsync("topology", "check", "--broker", broker.Url), Is.Zero);
        Assert.That(Output.ToString(), Does.Contain("has all that the settings ask for").And.Contains("AMQP can't tell them"));
    }

    [Test]
    [Category("Integration")]
    public async Task Check_and_deploy_explain_what_differs()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using (var connection = await broker.ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync())
        {
            await channel.QueueDeclareAsync("workers-start-job", durable: true, exclusive: false, autoDelete: false, FleetTopology.ConsumedArguments(new RabbitMqOptions { DeliveryLimit = 7 }).ToDictionary());
        }

        Assert.That(await CliAsync("topology", "deploy", "--broker", broker.Url), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(await CliAsync("topology", "check", "--broker", broker.Url), Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Error.ToString(), Does.Contain("queue workers-start-job: ").And.Contains("'x-delivery-limit'").And.Contains("received '100' but current is '7'").And.Contains("migrate"));
        Assert.That(await QueuesAsync(broker), Has.Member("workers-failures"), "all else was declared");
    }

    [TestCase("amqp://canary:canary@127.0.0.1:1/", "The broker at amqp://127.0.0.1:1/ does not answer (ConnectionRefused).")]
    [TestCase("http://canary:canary@broker", "RabbitMq:Url: text of 27 characters, which is no AMQP address.")]
    public async Task A_broker_that_can_not_be_asked_is_told_in_words(string url, string words)
    {
        Assert.That(await CliAsync("topology", "check", "--broker", url), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain(words).And.Not.Contains("canary"));
    }

    private static async Task<IReadOnlyList<string>> QueuesAsync(VirtualHost broker)
    {
        using var queues = JsonDocument.Parse(await broker.Management.GetStringAsync(new Uri($"api/queues/{broker.Name}?columns=name", UriKind.Relative)));
        return [.. queues.RootElement.EnumerateArray().Select(queue => queue.GetProperty("name").GetString()!)];
    }
}
