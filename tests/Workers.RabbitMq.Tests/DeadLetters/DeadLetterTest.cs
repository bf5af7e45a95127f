using System.Text;
using MassTransit;
using RabbitMQ.Client;
using Workers.Jobs.Failures;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.DeadLetters;

/// <summary>A fleet on a broker of its own, and what a person does with its dead letters.</summary>
internal abstract class DeadLetterTest : FleetTest
{
    protected sealed override bool IsOnRabbitMq => true;

    /// <summary>The words of nobody that may turn up in a record or on the command line.</summary>
    protected const string Secret = "a secret lighthouse";

    [SetUp]
    public void ShortenTheWaits()
    {
        Settings["Redelivery:First"] = "00:00:00.010";

        // What fails here has taken a slot before.
        Settings["Accounts:main:CreatesPerMinute"] = "10000";
        Settings["Accounts:main:TasksInFlight"] = "1000";
    }

    protected DeadLetterBrowser Browser => new(Address, Topology);

    protected Task<RedriveReport> Redrive(DeadLetterQuery? query = null, int canary = 0, double wait = 5) => new DeadLetterRedrive(Address, Topology, TimeProvider.System).RunAsync(
        new RedriveRequest { Query = query ?? new DeadLetterQuery(), By = "ada@desk", Limit = 1000, Rate = 1000, Canary = canary, CanaryWait = TimeSpan.FromSeconds(wait), Most = 3, DryRun = false },
        new Progress<RedriveNews>(),
        CancellationToken.None);

    /// <summary>Waits until a queue of dead letters holds as many, and gives them.</summary>
    protected async Task<IReadOnlyList<DeadLetter>> LettersIn(string queue, int count, string? type = null)
    {
        IReadOnlyList<DeadLetter> letters = [];
        await Eventually(
            async () => (letters = (await Browser.ListAsync(new DeadLetterQuery { Queue = queue, Type = type }, 1000, default)).Letters).Count == count,
            () => $"{queue} should hold {count} dead letters, and holds {letters.Count}: {string.Join(", ", letters.Select(letter => $"{letter.ShortType} {letter.Exception} {letter.Detail}"))}");
        return letters;
    }

    /// <summary>Waits until a dead letter is on record.</summary>
    protected async Task<Failure> RecordOf(DeadLetter letter)
    {
        Failure? record = null;
        await Eventually(async () => (record = await Stores.Failures.FindAsync(DeadLetterRecorder.RecordId(letter), default)) is not null, () => $"{letter.Id} should be on record.");
        Assert.That($"{record} {letter}", Does.Not.Contain("secret"));
        return record!;
    }

    /// <summary>Puts a message into a queue, as anybody could.</summary>
    protected async Task Post(string queue, byte[] body, Action<BasicProperties>? write = null)
    {
        await using var connection = await Broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var properties = new BasicProperties { Persistent = true, ContentType = "application/vnd.masstransit+json" };
        write?.Invoke(properties);
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
    }

    protected Task Post(string queue, string body, Action<BasicProperties>? write = null) => Post(queue, Encoding.UTF8.GetBytes(body), write);

    /// <summary>A message as MassTransit writes it.</summary>
    protected static string Envelope(string type, string message) =>
        $$$"""{"messageId":"{{{NewId.NextGuid()}}}","messageType":["urn:message:{{{type}}}"],"message":{{{message}}},"headers":{"note":"{{{Secret}}}"}}""";

    private BrokerAddress Address => new(new RabbitMqOptions { Url = Broker.Url });

    private static FleetTopology Topology { get; } = new(new RabbitMqOptions(), new DelayLadder(new RabbitMqOptions()));
}
