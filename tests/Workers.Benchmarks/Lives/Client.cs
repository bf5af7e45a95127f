using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.Providers;
using Workers.RabbitMq;

namespace Workers.Benchmarks.Lives;

/// <summary>Upstream: submits, and counts what it hears.</summary>
internal sealed class Client : IAsyncDisposable, IConsumer<JobSucceeded>, IConsumer<JobStarted>
{
    private IHost _host = null!;
    private int _started;
    private int _succeeded;

    public int Started => Volatile.Read(ref _started);

    public int Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Called at each job's end.</summary>
    public Func<Task>? OnEnd { get; set; }

    public IServiceProvider Services => _host.Services;

    public static async Task<Client> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var client = new Client();
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.None));
        builder.Services.AddProviders().AddJobs(Roles.None).AddMongoDbStores().AddRabbitMq();
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport((_, transport) => transport.ReceiveEndpoint("upstream", endpoint =>
            {
                endpoint.PrefetchCount = 128;
                endpoint.SubscribeToEvents<JobSucceeded>();
                endpoint.SubscribeToEvents<JobStarted>();
                endpoint.Instance(client);
            }));
        });
        client._host = builder.Build();
        await client._host.StartAsync();
        return client;
    }

    public Task SubmitAsync(SubmitJob submission) => _host.Services.GetRequiredService<IBus>().Publish(submission);

    public Task Consume(ConsumeContext<JobStarted> context)
    {
        Interlocked.Increment(ref _started);
        return Task.CompletedTask;
    }

    public async Task Consume(ConsumeContext<JobSucceeded> context)
    {
        Interlocked.Increment(ref _succeeded);
        if (OnEnd is { } act)
        {
            await act();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
