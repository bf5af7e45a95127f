using System.Text;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.Providers;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Delays;
using Workers.RabbitMq.Rights;
using Workers.RabbitMq.Tests.Topology;
using Workers.RabbitMq.Topology;
using Workers.Simulator;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.Rights;

/// <summary>A process of each role, a producer and a subscriber, each with a user that may do what <see cref="FleetRights"/> says and nothing else.</summary>
[Category("Integration")]
[FixtureLifeCycle(LifeCycle.SingleInstance)]
internal sealed class When_everybody_has_the_least_rights
{
    private static readonly FleetTopology Topology = new(new RabbitMqOptions(), new DelayLadder(new RabbitMqOptions()));
    private static readonly BrokerRights Producer = FleetRights.Of(Topology).Single(rights => rights.Who == "producer of submit-job");
    private static readonly BrokerRights Subscriber = FleetRights.Of(Topology).Single(rights => rights.Who == "subscriber");

    private readonly List<IHost> _processes = [];
    private readonly ScriptedFailpoints _failpoints = new();
    private readonly Stores _stores = new();
    private readonly DirectoryInfo _results = Directory.CreateTempSubdirectory("workers-rights-");
    private VirtualHost _broker = null!;
    private BrokerUsers _users = null!;
    private ModelArkSimulator _simulator = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _broker = await VirtualHost.CreateAsync();
        _users = new BrokerUsers(_broker);
        var time = new ScaledTime(60);
        _simulator = await ModelArkSimulator.StartAsync(new SimulatorOptions { MinTaskDuration = TimeSpan.FromSeconds(10), MaxTaskDuration = TimeSpan.FromSeconds(20) }, time, CancellationToken.None);
        await using (var topology = new DeployedTopology(_broker))
        {
            await topology.Deployment.DeployAsync(CancellationToken.None);
        }

        await _users.AddAsync(Producer);
        await _users.AddAsync(Subscriber);
        await _users.LimitTopicAsync(Subscriber, FleetTopology.Events, @"^acme\.");
        foreach (var role in FleetRights.Published.Keys)
        {
            _processes.Add(Process(role, await _users.AddAsync(FleetRights.OfRole(Topology, role)), time));
        }

        await Task.WhenAll(_processes.Select(process => process.StartAsync()));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_processes.Count == 0)
        {
            return; // there is no broker to test with
        }

        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
        _processes.ForEach(process => process.Dispose());
        await _simulator.DisposeAsync();
        await _users.DisposeAsync();
        await _broker.DisposeAsync();
        _results.Delete(recursive: true);
    }

    [Test]
    public async Task Jobs_live_and_their_ends_are_heard()
    {
        await using var upstream = await _users.ConnectAsync(Subscriber);
        await using var events = await upstream.CreateChannelAsync();
        await events.QueueDeclareAsync("acme-events", durable: true, exclusive: false, autoDelete: false);
        await events.QueueBindAsync("acme-events", FleetTopology.Events, "acme.*");
        await using var producer = await _users.ConnectAsync(Producer);
        await using var channel = await producer.CreateChannelAsync(new CreateChannelOptions(true, true));
        var tries = 0;
        _failpoints.Arm(Failpoint.BeforeResult, _ => Interlocked.Increment(ref tries) == 1 ? throw new InvalidOperationException("once, so that it waits on the ladder") : Task.CompletedTask);

        await SubmitAsync(channel, "one");
        await HeardAsync(events, "acme.job-succeeded");
        Assert.That(tries, Is.EqualTo(2));

        _failpoints.Arm(Failpoint.BeforeAttempt, _ => throw new InvalidOperationException("always, so that it becomes a dead letter"));
        await SubmitAsync(channel, "two");
        await HeardAsync(events, "acme.job-blocked");
        Assert.That(await _broker.CountAsync("workers-start-job_error"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_producer_names_its_own_tenants_only_and_its_own_user()
    {
        await using var producer = await _users.ConnectAsync(Producer);
        await using var channel = await producer.CreateChannelAsync(new CreateChannelOptions(true, true));

        await SubmitAsync(channel, "three", tenant: "globex");
        await SubmitAsync(channel, "four", isNamed: false);

        await Testing.Eventually.HoldsAsync(async () => await _broker.CountAsync("workers-intake-submit-job_error") == 2, () => "Both should be dead letters.", 30);
        Assert.That(await _stores.Jobs.FindAsync(JobIdentity.JobId("globex", "three"), default), Is.Null);
        Assert.That(await _stores.Jobs.FindAsync(JobIdentity.JobId("acme", "four"), default), Is.Null);
        Assert.That(async () => await channel.BasicPublishAsync("workers-intake-submit-job", "", true, new BasicProperties { UserId = "somebody-else" }, new byte[] { 1 }), Throws.Exception);
    }

    [TestCase(FleetTopology.Events, "acme.job-started")]
    [TestCase(FleetTopology.Intake, "submit-job")]
    [TestCase("workers-intake-cancel-job", "")]
    [TestCase("Workers.Contracts:SubmitJob", "")]
    [TestCase("workers-job-started", "acme.job-started")]
    [TestCase("", "workers-job-events")]
    public async Task A_producer_publishes_its_command_and_nothing_else(string exchange, string routingKey)
    {
        await using var producer = await _users.ConnectAsync(Producer);
        await using var channel = await producer.CreateChannelAsync(new CreateChannelOptions(true, true));

        Assert.ThrowsAsync(
            Is.InstanceOf<OperationInterruptedException>().Or.InstanceOf<RabbitMQ.Client.Exceptions.PublishException>(),
            async () => await channel.BasicPublishAsync(exchange, routingKey, mandatory: true, new BasicProperties(), new byte[] { 1 }));
        Assert.That(channel.CloseReason?.ReplyCode, Is.EqualTo(403));
    }

    [Test]
    public async Task A_subscriber_hears_its_own_tenant_and_takes_nothing_of_the_fleets()
    {
        await RefusesAsync(Subscriber, async channel =>
        {
            await channel.QueueDeclareAsync("acme-others", exclusive: true);
            await channel.QueueBindAsync("acme-others", FleetTopology.Events, "globex.*");
        });
        await RefusesAsync(Subscriber, channel => channel.BasicGetAsync("workers-submit-job", autoAck: true));
    }

    [Test]
    public async Task A_role_takes_no_other_roles_messages_and_publishes_none()
    {
        var retrieval = FleetRights.OfRole(Topology, Roles.Retrieval);

        await RefusesAsync(retrieval, channel => channel.BasicGetAsync("workers-submit-job", autoAck: true));
        await RefusesAsync(retrieval, channel => channel.BasicGetAsync("workers-crashed", autoAck: true));
        await RefusesAsync(retrieval, channel => channel.QueuePurgeAsync("workers-start-job"));
        await RefusesAsync(retrieval, channel => channel.QueueDeleteAsync("workers-start-job"));
        await RefusesAsync(retrieval, channel => channel.ExchangeBindAsync("workers-retrieve-result", FleetTopology.ExchangeOf(typeof(SubmitJob)), ""));
    }

    private async Task RefusesAsync(BrokerRights rights, Func<IChannel, Task> act)
    {
        await using var connection = await _users.ConnectAsync(rights);
        await using var channel = await connection.CreateChannelAsync();
        OperationInterruptedException? refusal = null;
        try
        {
            await act(channel);
        }
        catch (OperationInterruptedException fault)
        {
            refusal = fault;
        }

        Assert.That(refusal?.ShutdownReason?.ReplyCode, Is.EqualTo(403));
    }

    private async Task SubmitAsync(IChannel channel, string key, string tenant = "acme", bool isNamed = true) => await channel.BasicPublishAsync(
        "workers-intake-submit-job",
        "",
        mandatory: true,
        isNamed ? new BasicProperties { UserId = _users.NameOf(Producer) } : new BasicProperties(),
        Encoding.UTF8.GetBytes($$$"""{"tenantId":"{{{tenant}}}","idempotencyKey":"{{{key}}}","provider":"seedance","input":{"model":"dreamina-seedance-2-0-260128","prompt":"a lighthouse, {{{key}}}"}}"""));

    private static async Task HeardAsync(IChannel channel, string routingKey)
    {
        var heard = new List<string>();
        await Testing.Eventually.HoldsAsync(
            async () =>
            {
                while (await channel.BasicGetAsync("acme-events", autoAck: true) is { } @event)
                {
                    heard.Add(@event.RoutingKey);
                }

                return heard.Contains(routingKey);
            },
            () => $"{routingKey} should be heard, and was: {string.Join(", ", heard)}",
            60);
    }

    private IHost Process(Roles role, string url, TimeProvider time)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["RabbitMq:Url"] = url,
            [$"RabbitMq:ProducerTenants:{_users.NameOf(Producer)}:0"] = "acme",
            ["Accounts:main:Provider"] = "seedance",
            ["Accounts:main:Region"] = "ap-southeast",
            ["Accounts:main:BaseAddress"] = _simulator.BaseAddress.ToString(),
            ["Accounts:main:ApiKey"] = "simulator-key",
            ["Outbound:AllowedHosts:0"] = _simulator.Root.Authority,
            ["Retrieval:Root"] = _results.FullName,
            ["Redelivery:First"] = "00:00:00.010",
            ["Http:CreateTimeout"] = "00:01:30",
            ["Http:CallTimeout"] = "00:01:00",
            ["Http:TotalTimeout"] = "00:03:00",
            ["Submission:CallMargin"] = "00:02:00",
            ["Polling:RoundLease"] = "00:10:00",
            ["Polling:Tick"] = "00:00:05",
            ["Sweep:Interval"] = "00:00:05",
        });
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new Chance(1));
        builder.Services.AddSingleton<IFailpoints>(_failpoints);
        builder.Services.AddLogging(logging => logging.ClearProviders().AddProvider(new FailedTestLog()).SetMinimumLevel(LogLevel.Warning).AddFilter("MassTransit", LogLevel.Error));
        builder.Services.AddProviders().AddJobs(role).AddRabbitMq();
        _stores.AddTo(builder.Services);
        builder.Services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport();
        });
        return builder.Build();
    }
}
