using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Failures;
using Workers.Providers;
using Workers.RabbitMq;
using Workers.RabbitMq.Connections;
using Workers.Testing.Fleet;

namespace Workers.Benchmarks;

/// <summary>One endpoint of the fleet as it is: the failures', whose consumer does next to nothing.</summary>
internal sealed class EndpointRun : IAsyncDisposable
{
    public const int Concurrency = 32;
    public const int Publishers = 64;

    /// <summary>About what the fleet's message has with its envelope.</summary>
    public const int BodyBytes = 1400;

    private readonly IHost _host;
    private readonly Consumed<FailureObserved> _consumed = new();

    private EndpointRun(IHost host) => _host = host;

    public static async Task<EndpointRun> StartAsync(string url)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["RabbitMq:Url"] = url });
        builder.Services.AddLogging(); // to nobody: what the poison does is not news
        builder.Services.AddProviders().AddJobs(Roles.Failures).AddInMemoryStores().AddRabbitMq();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport();
        });
        var host = builder.Build();
        await host.StartAsync();
        var run = new EndpointRun(host);
        host.Services.GetRequiredService<IBus>().ConnectConsumeMessageObserver(run._consumed);
        return run;
    }

    /// <param name="count">Messages that can be handled.</param>
    /// <param name="poisonEvery">After so many of them comes one that can't be read; 0: none.</param>
    /// <returns>Messages handled a second, from the first publish to the last message consumed.</returns>
    public async Task<double> RunAsync(int count, int poisonEvery = 0)
    {
        var bus = _host.Services.GetRequiredService<IBus>();
        await using var connection = await _host.Services.GetRequiredService<BrokerAddress>().ConnectAsync("benchmark poison", CancellationToken.None);
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        _consumed.Forget();
        var started = TimeProvider.System.GetTimestamp();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Publishers }, async (number, stop) =>
        {
            await bus.Publish(Failure(number), stop);
            if (poisonEvery > 0 && number % poisonEvery == 0)
            {
                await channel.BasicPublishAsync("workers-failures", "", mandatory: true, new BasicProperties { Persistent = true, ContentType = "application/vnd.masstransit+json", MessageId = Guid.NewGuid().ToString() }, new byte[BodyBytes], stop);
            }
        });
        while (_consumed.Count < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        return count / TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private static FailureObserved Failure(int number) => new()
    {
        JobId = Guid.NewGuid(),
        TenantId = "acme",
        CorrelationId = Guid.NewGuid(),
        Generation = Guid.NewGuid(),
        Provider = "seedance",
        Account = "main",
        Attempt = number,
        Step = "Submitting",
        Bucket = FailureBucket.ServerError,
        Code = "InternalServiceError",
        Reason = "The provider failed.",
        At = TimeProvider.System.GetUtcNow(),
    };
}
