using System.Text;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.Jobs;
using Workers.Jobs.Failures;
using Workers.Providers;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.DeadLetters;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Topology;
using Workers.Testing;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

/// <summary>Somebody tidies up at the broker while a process of all roles runs: one for all facts.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
[Parallelizable(ParallelScope.Self)]
internal sealed class When_queues_and_exchanges_are_deleted
{
    private static readonly string[] Kinds = ["_error", "_skipped", "workers-delay-"];

    private const string Submissions = "workers-intake-submit-job";

    private static readonly FleetTopology Fleet = new(new RabbitMqOptions(), new DelayLadder(new RabbitMqOptions()));

    private VirtualHost _broker = null!;
    private IHost _host = null!;
    private IConnection _connection = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _broker = await VirtualHost.CreateAsync();
        _connection = await _broker.ConnectAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("RabbitMq:Url", _broker.Url), new("RabbitMq:ManagementUrl", _broker.Management.BaseAddress!.ToString()), new("RabbitMq:TopologyCheck", "00:00:00.300"), new("Retrieval:Root", Path.GetTempPath())]);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddProviders().AddJobs().AddInMemoryStores().AddRabbitMq();
        builder.Services.AddHealthChecks().AddRabbitMqHealth();
        builder.Services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport();
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _connection.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [TestCase("_error")]
    [TestCase("_skipped")]
    [TestCase("workers-delay-")]
    [TestCase("")]
    public async Task Queues_are_declared_again_with_their_bindings_and_consumed_and_health_names_them_meanwhile(string kind)
    {
        var queues = Fleet.Queues.Where(queue => kind.Length == 0 ? !Kinds.Any(queue.Name.Contains) : queue.Name.Contains(kind, StringComparison.Ordinal)).ToList();

        await Deleted([.. queues.Select(queue => $"queue {queue.Name}")], async channel =>
        {
            foreach (var queue in queues)
            {
                await channel.QueueDeleteAsync(queue.Name);
            }
        });

        foreach (var queue in queues.Where(queue => !queue.Keeps && kind.Length == 0))
        {
            await Eventually.HoldsAsync(async () => await ConsumersAsync(queue.Name) == 1, () => $"{queue.Name} should be consumed again.");
        }
    }

    [Test]
    public async Task Exchanges_are_declared_again_with_their_bindings_and_health_names_them_meanwhile() =>
        await Deleted([.. Fleet.Exchanges.Select(exchange => $"exchange {exchange.Name}")], async channel =>
        {
            foreach (var exchange in Fleet.Exchanges)
            {
                await channel.ExchangeDeleteAsync(exchange.Name);
            }
        });

    [Test]
    public async Task What_nobody_can_read_is_kept_although_the_queue_that_keeps_it_was_deleted()
    {
        await DeleteAsync(channel => channel.QueueDeleteAsync($"{Submissions}_error"));

        await SendAsync(FleetTopology.Intake, "submit-job", "{\"tenant\":\"misspelled\"}", "misspelled");

        await ShouldHold($"{Submissions}_error", "misspelled");
        await ShouldBeRecorded("misspelled");
    }

    [Test]
    public async Task What_nobody_can_read_is_kept_and_recorded_although_the_exchange_and_the_queue_for_the_record_were_deleted()
    {
        await DeleteAsync(async channel =>
        {
            await channel.QueueDeleteAsync(FleetTopology.RecordDeadLetter);
            await channel.ExchangeDeleteAsync(FleetTopology.DeadLetters);
        });

        await SendAsync(FleetTopology.Intake, "submit-job", "{\"tenant\":\"misspelled too\"}", "misspelled-too");

        await ShouldHold($"{Submissions}_error", "misspelled-too");
        await ShouldBeRecorded("misspelled-too");
    }

    [Test]
    public async Task A_redelivery_waits_in_place_for_its_rung()
    {
        var job = Guid.NewGuid();
        await DeleteAsync(channel => channel.QueueDeleteAsync("workers-delay-5s"));
        await DeleteAsync(channel => channel.QueueDeleteAsync("workers-delay-15s"));

        await _host.Services.GetRequiredService<IBus>().Publish(new Contracts.CancelJob { JobId = job, TenantId = "acme", RequestedBy = "ada" });

        await Eventually.HoldsAsync(async () => await CountAsync("workers-delay-5s") + await CountAsync("workers-delay-15s") == 1, () => "A cancel of an unknown job should wait on the ladder.");
        Assert.That(await _broker.CountAsync("workers-job-events_error"), Is.Zero);
    }

    /// <summary>Those that go while one look is under way are declared again with what it missed, and not named.</summary>
    private async Task Deleted(IReadOnlyCollection<string> what, Func<IChannel, Task> delete)
    {
        var untold = what.ToHashSet(StringComparer.Ordinal);
        var told = "";
        var deleting = DeleteAsync(delete);
        await Eventually.HoldsAsync(
            async () =>
            {
                told = await TroubleAsync();
                untold.RemoveWhere(name => told.Contains($"{name},", StringComparison.Ordinal) || told.Contains($"{name}.", StringComparison.Ordinal));
                return deleting.IsCompleted && untold.Count < what.Count;
            },
            () => $"Health should have named one of {string.Join(", ", untold)}, and says now: {told}");
        await deleting;
        await Eventually.HoldsAsync(async () => (told = await TroubleAsync()).Length == 0, () => $"All should be well again: {told}");
        await Eventually.HoldsAsync(async () => (await Managed.CompareAsync(default))!.MissingBindings.Count == 0, () => "All bindings should be there again.");
    }

    private ManagedTopology Managed => _host.Services.GetRequiredService<ManagedTopology>();

    private async Task<string> TroubleAsync() =>
        string.Join(' ', (await _host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Values.Where(entry => entry.Status != HealthStatus.Healthy).Select(entry => entry.Description).Where(words => words is not null));

    private async Task DeleteAsync(Func<IChannel, Task> delete)
    {
        await using var channel = await _connection.CreateChannelAsync();
        await delete(channel);
    }

    private async Task<uint> ConsumersAsync(string queue) => (await FindAsync(queue))?.ConsumerCount ?? 0;

    private async Task<uint> CountAsync(string queue) => (await FindAsync(queue))?.MessageCount ?? 0;

    private async Task<QueueDeclareOk?> FindAsync(string queue)
    {
        await using var channel = await _connection.CreateChannelAsync();
        try
        {
            return await channel.QueueDeclarePassiveAsync(queue);
        }
        catch (OperationInterruptedException)
        {
            return null; // it is not there, or not any more
        }
    }

    private async Task SendAsync(string exchange, string routingKey, string body, string id)
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties { MessageId = id, Persistent = true }, Encoding.UTF8.GetBytes(body));
    }

    private Task ShouldHold(string queue, string id) => Eventually.HoldsAsync(
        async () =>
        {
            try
            {
                return (await _host.Services.GetRequiredService<DeadLetterBrowser>().ListAsync(new DeadLetterQuery { Queue = queue }, 100, default)).Letters.Any(letter => letter.Id == id);
            }
            catch (OperationInterruptedException)
            {
                return false; // its queue went just then
            }
        },
        () => $"{queue} should hold {id}.");

    private Task ShouldBeRecorded(string id) => Eventually.HoldsAsync(
        async () => await _host.Services.GetRequiredService<IFailures>().FindAsync(Failure.DeadLetterId(id, 0), default) is not null, () => $"{id} should be on record.");
}
