using System.Text;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.DeadLetters;

/// <summary>Dead letters on a broker where no worker runs.</summary>
[Category("Integration")]
internal sealed class When_dead_letters_are_handled
{
    private const string Queue = "workers-start-job";
    private const string Kept = Queue + "_error";

    private VirtualHost _host = null!;
    private BrokerAddress _broker = null!;
    private FleetTopology _topology = null!;

    [SetUp]
    public async Task DeployAsync()
    {
        _host = await VirtualHost.CreateAsync();
        var options = new RabbitMqOptions { Url = _host.Url };
        (_broker, _topology) = (new BrokerAddress(options), new FleetTopology(options, new DelayLadder(options)));
        await new TopologyDeployment(_topology, _broker).DeployAsync(default);
    }

    [TearDown]
    public async Task RemoveAsync() => await _host.DisposeAsync();

    [Test]
    public async Task Looking_fifty_times_changes_nothing()
    {
        await PostAsync(Kept, 120);
        await PostAsync("workers-poll-round_skipped", 5);

        for (var look = 0; look < 50; look++)
        {
            var listing = await Browser.ListAsync(new DeadLetterQuery(), 3 * (1 + look), default);
            Assert.That((listing.Letters.Count, listing.NotLookedAt), Is.EqualTo((Math.Min(3 * (1 + look), 125), Math.Max(122 - (3 * look), 0))));
            Assert.That((await Browser.FindAsync("letter-77", default)).Select(found => found.Letter.Id), Is.EqualTo(["letter-77"]));
        }

        var after = await TakeAllAsync(Kept);
        Assert.That(after, Is.EqualTo(Enumerable.Range(0, 120).Select(number => $"letter-{number} persistent body {number}  workers-count=5 workers-queue={Queue} workers-reason=failed")));
        Assert.That(await _host.CountAsync("workers-poll-round_skipped"), Is.EqualTo(5));
    }

    [Test]
    public async Task However_often_a_looker_dies_the_letters_stay()
    {
        await PostAsync(Kept, 3);
        for (var death = 0; death < 120; death++)
        {
            await using var connection = await _host.ConnectAsync();
            await using var channel = await connection.CreateChannelAsync();
            Assert.That(await channel.BasicGetAsync(Kept, autoAck: false), Is.Not.Null);
            await connection.AbortAsync();
        }

        Assert.That((await Browser.ListAsync(new DeadLetterQuery(), 10, default)).Letters.Select(letter => letter.Id), Is.EqualTo(["letter-0", "letter-1", "letter-2"]));
    }

    [Test]
    public async Task Redriven_they_are_as_they_were_before_they_failed_but_for_the_trail()
    {
        await PostAsync(Kept, 1, (properties, _) =>
        {
            properties.Expiration = "86400000";
            foreach (var (name, value) in new Dictionary<string, object?>
            {
                ["MT-Fault-Message"] = "old",
                ["MT-Reason"] = "fault",
                ["MT-Redelivery-Count"] = 4,
                ["MT-Activity-Id"] = "kept",
                ["x-first-death-queue"] = "workers-delay-5s",
                ["x-opt-something"] = "old",
                ["own-header"] = "kept",
                ["CC"] = new List<object?> { "workers-poll-round" },
                [DeadLetterHeaders.Redriven] = 1,
            })
            {
                properties.Headers![name] = value;
            }
        });

        var (report, _) = await RedriveAsync();

        Assert.That((report.Sent, report.Left), Is.EqualTo((1, 0)));
        var message = (await TakeAllAsync(Queue)).Single();
        Assert.That(message, Does.StartWith("letter-0 persistent body 0 ").And.Contain("own-header=kept").And.Contain("MT-Activity-Id=kept")
            .And.Contain("workers-redriven=2").And.Contain("workers-redriven-by=ada@desk").And.Contain("workers-redriven-at=20"));
        Assert.That(message, Does.Not.Contain("old").And.Not.Contain("death").And.Not.Contain("MT-Re").And.Not.Contain("CC=").And.Not.Contain("workers-reason").And.Not.Contain("expires"));
        Assert.That(await _host.CountAsync("workers-poll-round"), Is.EqualTo(1), "who sent it first made a copy, and the redrive none");
    }

    [Test]
    public async Task Only_those_that_are_meant_go_in_their_order_and_the_others_stay_in_theirs()
    {
        await PostAsync(Kept, 10, (properties, number) => properties.Headers![DeadLetterHeaders.Bucket] = number % 3 == 0 ? "Timeout" : "Unknown");

        var (report, _) = await RedriveAsync(request => request with { Query = new DeadLetterQuery { Queue = Queue, Bucket = FailureBucket.Timeout }, Limit = 3 });

        Assert.That((report.Sent, report.NotLookedAt), Is.EqualTo((3, 3L)));
        Assert.That(Ids(await TakeAllAsync(Queue)), Is.EqualTo(["letter-0", "letter-3", "letter-6"]));
        Assert.That(Ids(await TakeAllAsync(Kept)), Is.EqualTo(["letter-1", "letter-2", "letter-4", "letter-5", "letter-7", "letter-8", "letter-9"]));
    }

    [Test]
    public async Task What_can_not_go_back_is_left_and_said()
    {
        await PostAsync(Kept, 3, (properties, number) =>
        {
            properties.Headers![DeadLetterHeaders.Queue] = number switch { 0 => "workers-gone", 1 => null, _ => Queue };
            properties.Headers[DeadLetterHeaders.Redriven] = number == 2 ? 3 : 0;
        });

        var (report, news) = await RedriveAsync();

        Assert.That((report.Sent, report.Left), Is.EqualTo((0, 3)));
        Assert.That(news.OfType<RedriveNews.Left>().Select(left => left.Why), Is.EqualTo(["there is no queue workers-gone", "nothing on it tells which queue it came from", "it was redriven 3 times already"]));
        Assert.That(await _host.CountAsync(Kept), Is.EqualTo(3));
    }

    [Test]
    public async Task A_dry_run_sends_nothing()
    {
        await PostAsync(Kept, 3);

        var (report, news) = await RedriveAsync(request => request with { DryRun = true, Canary = 1, CanaryWait = TimeSpan.FromMinutes(5) });

        Assert.That((report.Sent, news.OfType<RedriveNews.Sent>().Count()), Is.EqualTo((3, 3)));
        Assert.That((await _host.CountAsync(Kept), await _host.CountAsync(Queue)), Is.EqualTo((3U, 0U)));
    }

    [Test]
    public async Task The_pace_is_kept()
    {
        await PostAsync(Kept, 20);
        var began = TimeProvider.System.GetTimestamp();

        await RedriveAsync(request => request with { Rate = 10 });

        Assert.That(TimeProvider.System.GetElapsedTime(began).TotalSeconds, Is.InRange(1.9, 10));
    }

    [Test]
    public async Task Stopped_it_leaves_the_rest_where_it_lay()
    {
        await PostAsync(Kept, 20);
        using var stop = new CancellationTokenSource();

        var (report, _) = await RedriveAsync(news: news =>
        {
            if (news is RedriveNews.Sent { Count: 5 })
            {
                stop.Cancel();
            }
        }, stop: stop.Token);

        Assert.That((report.Sent, report.Stopped), Is.EqualTo((5, true)));
        Assert.That(await _host.CountAsync(Queue), Is.EqualTo(5));
        Assert.That(Ids(await TakeAllAsync(Kept)), Is.EqualTo(Enumerable.Range(5, 15).Select(number => $"letter-{number}")));
    }

    [Test]
    public async Task Unroutable_ones_are_seen_with_the_queue_that_they_were_meant_for()
    {
        await using (var connection = await _host.ConnectAsync())
        await using (var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true)))
        {
            await channel.BasicPublishAsync(FleetTopology.Delayed, "workers-nowhere", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes("body"));
        }

        var letter = (await Browser.ListAsync(new DeadLetterQuery(), 10, default)).Letters.Single();

        Assert.That((letter.KeptIn, letter.Reason, letter.Queue, letter.Bucket), Is.EqualTo((FleetTopology.Unroutable, DeadLetterReason.Unroutable, "workers-nowhere", FailureBucket.Unknown)));
        Assert.That(letter.Id, Is.EqualTo("body-" + letter.Sha256[..32]));
    }

    [Test]
    public async Task One_is_dropped_and_no_other()
    {
        await PostAsync(Kept, 12);
        var removal = new DeadLetterRemoval(_broker, _topology);

        var dropped = await removal.DropAsync("letter-11", default);
        Assert.That((dropped.Letter?.Id, dropped.Left.Count), Is.EqualTo(("letter-11", 0)));
        var ambiguous = await removal.DropAsync("letter-", default);
        Assert.That((ambiguous.Letter, ambiguous.Left.Count), Is.EqualTo(((DeadLetter?)null, 11)));
        var unknown = await removal.DropAsync("nothing", default);
        Assert.That((unknown.Letter, unknown.Left.Count), Is.EqualTo(((DeadLetter?)null, 0)));

        Assert.That(Ids(await TakeAllAsync(Kept)), Is.EqualTo(Enumerable.Range(0, 11).Select(number => $"letter-{number}")));
        Assert.That(await _host.CountAsync(FleetTopology.RecordDeadLetter), Is.Zero, "published nowhere");
    }

    private DeadLetterBrowser Browser => new(_broker, _topology);

    private static IEnumerable<string> Ids(IEnumerable<string> messages) => messages.Select(message => message.Split(' ')[0]);

    private async Task<(RedriveReport Report, IReadOnlyList<RedriveNews> News)> RedriveAsync(Func<RedriveRequest, RedriveRequest>? with = null, Action<RedriveNews>? news = null, CancellationToken stop = default)
    {
        var request = new RedriveRequest { Query = new DeadLetterQuery(), By = "ada@desk", Limit = 1000, Rate = 10_000, Canary = 0, CanaryWait = TimeSpan.FromSeconds(1), Most = 3, DryRun = false };
        var heard = new Heard(news);
        var report = await new DeadLetterRedrive(_broker, _topology, TimeProvider.System).RunAsync(with?.Invoke(request) ?? request, heard, stop);
        return (report, heard.News);
    }

    /// <summary>Letters as the fleet leaves them.</summary>
    private async Task PostAsync(string queue, int count, Action<BasicProperties, int>? write = null)
    {
        await using var connection = await _host.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        for (var number = 0; number < count; number++)
        {
            var properties = new BasicProperties
            {
                MessageId = $"letter-{number}",
                Persistent = true,
                Headers = new Dictionary<string, object?> { [DeadLetterHeaders.Reason] = DeadLetterReason.Failed, [DeadLetterHeaders.Queue] = queue[..queue.LastIndexOf('_')], [DeadLetterHeaders.Count] = 5 },
            };
            write?.Invoke(properties, number);
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes($"body {number}"));
        }
    }

    /// <summary>Everything about the messages of a queue, in order, but for the count of looks; they are used up.</summary>
    private async Task<IReadOnlyList<string>> TakeAllAsync(string queue)
    {
        await using var connection = await _host.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var taken = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } got)
        {
            var properties = got.BasicProperties;
            var headers = (properties.Headers ?? new Dictionary<string, object?>()).Where(header => header.Key is not ("x-acquired-count" or "x-dotnet-pub-seq-no")).OrderBy(header => header.Key, StringComparer.Ordinal)
                .Select(header => $"{header.Key}={(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}");
            taken.Add($"{properties.MessageId} {(properties.Persistent ? "persistent" : "")} {Encoding.UTF8.GetString(got.Body.Span)} {(properties.Expiration is null ? "" : "expires")} {string.Join(' ', headers)}");
        }

        return taken;
    }

    private sealed class Heard(Action<RedriveNews>? also) : IProgress<RedriveNews>
    {
        public List<RedriveNews> News { get; } = [];

        public void Report(RedriveNews value)
        {
            News.Add(value);
            also?.Invoke(value);
        }
    }
}
