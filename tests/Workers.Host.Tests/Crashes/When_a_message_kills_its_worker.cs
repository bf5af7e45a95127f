using System.Globalization;
using System.Text;
using Workers.Host.Tests.Shutdown;
using Workers.Host.Tests.Support;
using Workers.RabbitMq.Topology;
using Workers.Testing.Broker;

namespace Workers.Host.Tests.Crashes;

[Category("Integration")]
internal sealed class When_a_message_kills_its_worker
{
    private const string Queue = "workers-submit-job";
    private const int Others = 40;
    private const int DeliveryLimit = 20;

    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SlowMachine = TimeSpan.FromMinutes(6);

    private readonly string _results = Path.Combine(Path.GetTempPath(), $"workers-test-{Guid.NewGuid():N}");

    [TearDown]
    public void Clear()
    {
        if (Directory.Exists(_results))
        {
            Directory.Delete(_results, recursive: true);
        }
    }

    [Test]
    public async Task It_ends_among_the_crashed_and_the_others_are_handled_although_the_worker_is_killed_every_two_seconds()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var simulator = await BusyProvider.StartAsync("delay 1ms");
        var settings = BusyProvider.Settings(simulator, broker, _results, grace: TimeSpan.FromSeconds(3));
        settings["RabbitMq:DeliveryLimit"] = DeliveryLimit.ToString(CultureInfo.InvariantCulture);
        settings["Serilog:MinimumLevel:Override:MassTransit"] = "Information"; // says when the bus has started
        await using (var first = HostProcess.Start(settings))
        {
            await first.WritesAsync("has the fleet's topology");
            await first.TerminateAsync();
            await first.EndsAsync();
        }

        // The one that kills lies in the midst of the others.
        await BusyProvider.SubmitAsync(broker, [.. Enumerable.Range(0, Others).Select(i => i == Others / 4 ? "crash" : string.Create(CultureInfo.InvariantCulture, $"take-{i}"))]);
        var (started, deaths) = (TimeProvider.System.GetTimestamp(), 0);
        while (Elapsed(started) < TimeSpan.FromMinutes(1) || (Elapsed(started) < SlowMachine && await broker.CountAsync(FleetTopology.Crashed) == 0))
        {
            var starting = TimeProvider.System.GetTimestamp();
            await using var process = HostProcess.StartTrapped(settings);
            await process.WritesAsync("Bus started", seconds: 120, orEnds: true);

            // It starts in about as long as it may live. Where that takes longer, so does whatever it does then: killed before it did anything, it would say nothing of the message that kills.
            await process.KillAfterAsync(Elapsed(starting) > Life ? Elapsed(starting) : Life);
            deaths++;
            TestContext.Out.WriteLine($"death {deaths} after {Elapsed(started).TotalSeconds:0.0} s: {await broker.CountAsync(Queue)} left");
        }

        Assert.That(deaths, Is.GreaterThan(DeliveryLimit));
        Assert.That(await KeysAsync(broker, FleetTopology.Crashed), Is.EqualTo(["crash"]), "nobody else was taken for guilty");
        Assert.That(await broker.CountAsync(Queue), Is.Zero, "all others were handled");
        Assert.That(await broker.CountAsync($"{Queue}_error"), Is.Zero);
    }

    private static TimeSpan Elapsed(long started) => TimeProvider.System.GetElapsedTime(started);

    private static async Task<IReadOnlyList<string>> KeysAsync(VirtualHost broker, string queue)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var keys = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
        {
            using var envelope = System.Text.Json.JsonDocument.Parse(Encoding.UTF8.GetString(message.Body.Span));
            keys.Add(envelope.RootElement.GetProperty("message").GetProperty("idempotencyKey").GetString()!);
        }

        return keys;
    }
}
