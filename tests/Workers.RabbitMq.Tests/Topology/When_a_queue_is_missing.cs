using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Polling;
using Workers.Providers;
using Workers.Testing.Broker;

namespace Workers.RabbitMq.Tests.Topology;

/// <summary>A process that only sends: nobody declares the queue again.</summary>
[Category("Integration")]
internal sealed class When_a_queue_is_missing
{
    private VirtualHost _broker = null!;
    private IHost _host = null!;

    private IBus Bus => _host.Services.GetRequiredService<IBus>();

    [SetUp]
    public async Task Start()
    {
        _broker = await VirtualHost.CreateAsync();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("RabbitMq:Url", _broker.Url)]);
        builder.Services.AddProviders().AddJobs(Roles.None).AddInMemoryStores().AddRabbitMq();
        builder.Services.Configure<MassTransitHostOptions>(bus => bus.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport();
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    [TearDown]
    public async Task Stop()
    {
        await _host.StopAsync();
        _host.Dispose();
        await _broker.DisposeAsync();
    }

    [Test]
    public async Task What_is_sent_to_it_is_not_lost_without_a_word()
    {
        await using var connection = await _broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeleteAsync("workers-poll-round");

        Assert.That(async () => await Bus.Publish(new PollRound("main", 1)), Throws.InstanceOf<MessageReturnedException>());
    }

    [Test]
    public void An_event_that_nobody_listens_to_is_no_fault() =>
        Assert.That(async () => await Bus.Publish(new CommandRejected { JobId = Guid.NewGuid(), TenantId = "acme", Command = "CancelJob", Reason = "", At = default }), Throws.Nothing);
}
