using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using Workers.Cli.Tests.Support;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.Cli.Tests.DeadLetters;

[Category("Integration")]
internal sealed class When_dead_letters_are_handled : CliTest
{
    private const string Queue = "workers-start-job";
    private const string Kept = Queue + "_error";
    private const string Secret = "a secret lighthouse";

    private VirtualHost _host = null!;

    [SetUp]
    public async Task DeployAsync()
    {
        _host = await VirtualHost.CreateAsync();
        var options = new RabbitMqOptions { Url = _host.Url };
        await new TopologyDeployment(new FleetTopology(options, new DelayLadder(options)), new BrokerAddress(options)).DeployAsync(default);
    }

    [TearDown]
    public async Task RemoveAsync() => await _host.DisposeAsync();

    [Test]
    public async Task They_are_listed_without_what_they_say()
    {
        await PostAsync(3);

        Assert.That(await CliAsync("dead-letters", "list", "--limit", "2", "--broker", _host.Url), Is.EqualTo(ExitCode.AsExpected));

        Assert.That(Output.ToString(), Does.Contain("letter-0").And.Contain("letter-1").And.Not.Contain("letter-2").And.Contain(Queue).And.Contain("TimeoutException").And.Contain("StartJob")
            .And.Contain("2 dead letters: 2 Timeout. 1 more were not looked at"));
        Assert.That(Output.ToString(), Does.Not.Contain("secret"));
    }

    [Test]
    public async Task As_JSON_too()
    {
        await PostAsync(2);

        Assert.That(await CliAsync("dead-letters", "list", "--output", "json", "--broker", _host.Url), Is.EqualTo(ExitCode.AsExpected));

        using var document = JsonDocument.Parse(Output.ToString());
        var letter = document.RootElement.GetProperty("letters")[1];
        Assert.That((letter.GetProperty("id").GetString(), letter.GetProperty("bucket").GetString(), letter.GetProperty("count").GetInt32()), Is.EqualTo(("letter-1", "Timeout", 5)));
    }

    [Test]
    public async Task One_is_shown_with_what_is_written_on_it_but_not_what_it_says()
    {
        await PostAsync(12);

        Assert.That(await CliAsync("dead-letters", "show", "letter-11", "--broker", _host.Url), Is.EqualTo(ExitCode.AsExpected));

        Assert.That(Output.ToString(), Does.Contain("letter-11").And.Contain("Workers.Jobs.Lifecycle:StartJob").And.Contain("bytes of application/vnd.masstransit+json, SHA-256").And.Contain("header note").And.Contain("(text of 19 characters)").And.Not.Contain("secret"));
    }

    [TestCase("letter-1", "Several dead letters begin with letter-1")]
    [TestCase("nothing", "There is no dead letter whose id is nothing")]
    public async Task An_id_that_is_not_one_letters_is_explained(string id, string explanation)
    {
        await PostAsync(12);

        Assert.That(await CliAsync("dead-letters", "show", id, "--broker", _host.Url), Is.EqualTo(ExitCode.NotRun));
        Assert.That(await CliAsync("dead-letters", "drop", id, "--reason", "a test", "--broker", _host.Url), Is.EqualTo(ExitCode.NotRun));

        Assert.That(Error.ToString(), Does.Contain(explanation));
        Assert.That(await _host.CountAsync(Kept), Is.EqualTo(12));
    }

    [Test]
    public async Task One_is_dropped_with_who_and_why()
    {
        await PostAsync(2);

        Assert.That(await CliAsync("dead-letters", "drop", "letter-0", "--reason", "sent by mistake", "--by", "ada", "--broker", _host.Url), Is.EqualTo(ExitCode.AsExpected));

        Assert.That(Output.ToString(), Does.Contain("Dropped by ada at 20").And.Contain(": sent by mistake").And.Contain("letter-0").And.Contain("SHA-256"));
        Assert.That(await _host.CountAsync(Kept), Is.EqualTo(1));
    }

    [Test]
    public async Task None_is_dropped_without_a_reason()
    {
        await PostAsync(1);

        Assert.That(await CliAsync("dead-letters", "drop", "letter-0", "--broker", _host.Url), Is.Not.EqualTo(ExitCode.AsExpected));
        Assert.That(await CliAsync("dead-letters", "drop", "letter-0", "--reason", " ", "--broker", _host.Url), Is.Not.EqualTo(ExitCode.AsExpected));

        Assert.That(await _host.CountAsync(Kept), Is.EqualTo(1));
    }

    [Test]
    public async Task A_canary_that_fails_again_ends_the_redrive_with_2()
    {
        await PostAsync(5);
        await using var connection = await _host.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var redrive = CliAsync("dead-letters", "redrive", "--queue", Queue, "--canary-wait", "00:00:30", "--broker", _host.Url);
        await Output.Seen("Watching");

        // What a worker does with one that fails.
        var got = (await channel.BasicGetAsync(Queue, autoAck: true))!;
        Assert.That(got.BasicProperties.Headers!["MT-Redelivery-Count"], Is.EqualTo(1_000_000), "it is to fail at once");
        await channel.BasicPublishAsync(FleetTopology.DeadLetters, Kept, mandatory: true, new BasicProperties(got.BasicProperties), got.Body);

        Assert.That(await redrive, Is.EqualTo(ExitCode.Otherwise));
        Assert.That(Error.ToString(), Does.Contain("failed again, so the rest was left: letter-0"));
        Assert.That((await _host.CountAsync(Kept), await _host.CountAsync(Queue)), Is.EqualTo((5U, 0U)));
    }

    [Test]
    public async Task A_broker_that_is_not_there_is_named_without_its_password()
    {
        Assert.That(await CliAsync("dead-letters", "list", "--broker", "amqp://ada:secret@127.0.0.1:9/none"), Is.EqualTo(ExitCode.NotRun));
        Assert.That(Error.ToString(), Does.Contain("amqp://127.0.0.1:9/none does not answer").And.Not.Contain("secret"));
    }

    [Test]
    public async Task Killed_half_way_a_redrive_of_a_thousand_loses_none_and_repeats_at_most_one()
    {
        await PostAsync(1000);
        using var process = Process.Start(new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "workers.dll"), "dead-letters", "redrive", "--canary", "0", "--rate", "400", "--broker", _host.Url])
        { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("500 ", StringComparison.Ordinal))
        {
            Assert.That(process.HasExited, Is.False, line);
        }

        process.Kill(); // SIGKILL
        await process.WaitForExitAsync();
        IReadOnlyList<string> sent = [], left = [];
        for (var look = 0; look < 100 && (sent = await IdsAsync(Queue)).Count + (left = await IdsAsync(Kept)).Count < 1000; look++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System); // until the broker has noticed
        }

        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{sent.Count} sent, {left.Count} left, {sent.Intersect(left).Count()} in both"));
        Assert.That(sent, Has.Count.InRange(500, 999));
        Assert.That(sent.Concat(left).Distinct().Count(), Is.EqualTo(1000), "none is lost");
        Assert.That(sent.Count + left.Count, Is.InRange(1000, 1001), "at most one is there twice");

        Assert.That(await CliAsync("dead-letters", "redrive", "--canary", "0", "--rate", "10000", "--broker", _host.Url), Is.EqualTo(ExitCode.AsExpected));
        Assert.That((await IdsAsync(Queue)).Distinct().Count(), Is.EqualTo(1000));
        Assert.That(await _host.CountAsync(Kept), Is.Zero);
    }

    private async Task PostAsync(int count)
    {
        await using var connection = await _host.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        for (var number = 0; number < count; number++)
        {
            var properties = new BasicProperties
            {
                MessageId = $"letter-{number}",
                Persistent = true,
                ContentType = "application/vnd.masstransit+json",
                Headers = new Dictionary<string, object?>
                {
                    [DeadLetterHeaders.Reason] = DeadLetterReason.Failed,
                    [DeadLetterHeaders.Queue] = Queue,
                    [DeadLetterHeaders.Count] = 5,
                    [DeadLetterHeaders.Bucket] = "Timeout",
                    [DeadLetterHeaders.Exception] = "System.TimeoutException",
                    ["note"] = Secret,
                },
            };
            var body = $$$"""{"messageType":["urn:message:Workers.Jobs.Lifecycle:StartJob"],"message":{"jobId":"{{{Guid.NewGuid()}}}","prompt":"{{{Secret}}}"}}""";
            await channel.BasicPublishAsync("", Kept, mandatory: true, properties, Encoding.UTF8.GetBytes(body));
        }
    }

    private async Task<IReadOnlyList<string>> IdsAsync(string queue)
    {
        await using var connection = await _host.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var ids = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: false) is { } got)
        {
            ids.Add(got.BasicProperties.MessageId!);
        }

        return ids;
    }
}
