using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb;
using Workers.MongoDb.Connections;
using Workers.Providers;
using Workers.RabbitMq;

namespace Workers.CrashMatrix.Fleet;

/// <summary>Who wants the jobs done: submits until the broker has confirmed, and hears of their ends.</summary>
internal sealed class Upstream : IAsyncDisposable, IConsumer<JobSucceeded>, IConsumer<JobFailed>, IConsumer<JobCancelled>, IConsumer<JobBlocked>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, ConcurrentDictionary<Guid, string>> _ends = new();
    private readonly ConcurrentDictionary<Guid, byte> _blocked = new();
    private IHost _host = null!;

    /// <summary>The jobs' records.</summary>
    public IJobs Jobs => _host.Services.GetRequiredService<IJobs>();

    public static async Task<Upstream> StartAsync(IReadOnlyDictionary<string, string?> settings)
    {
        var upstream = new Upstream();
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
                endpoint.SubscribeToEvents<JobSucceeded>();
                endpoint.SubscribeToEvents<JobFailed>();
                endpoint.SubscribeToEvents<JobCancelled>();
                endpoint.SubscribeToEvents<JobBlocked>();
                endpoint.Instance(upstream);
            }));
        });
        upstream._host = builder.Build();
        await upstream._host.StartAsync();
        return upstream;
    }

    /// <summary>Sends until the broker has it. It may have it twice: the key makes one job of it.</summary>
    /// <returns>The job's id.</returns>
    public async Task<Guid> SubmitAsync(SubmitJob submission, CancellationToken cancellationToken)
    {
        var bus = _host.Services.GetRequiredService<IBus>();
        while (true)
        {
            try
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                patience.CancelAfter(Patience);
                await bus.Publish(submission, patience.Token).WaitAsync(Patience, TimeProvider.System, cancellationToken);
                return JobIdentity.JobId(submission);
            }
#pragma warning disable CA1031 // Whatever went wrong, it is sent again.
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>The job's end was told, or that it is blocked.</summary>
    public bool HasHeardOf(Guid job) => _ends.ContainsKey(job) || _blocked.ContainsKey(job);

    /// <summary>The ends that were told of a job, each once for each message id: there should be one.</summary>
    public IReadOnlyList<string> EndsOf(Guid job) => _ends.TryGetValue(job, out var ends) ? [.. ends.Values] : [];

    public Task Consume(ConsumeContext<JobSucceeded> context) => Ended(context, context.Message.JobId);

    public Task Consume(ConsumeContext<JobFailed> context) => Ended(context, context.Message.JobId);

    public Task Consume(ConsumeContext<JobCancelled> context) => Ended(context, context.Message.JobId);

    public Task Consume(ConsumeContext<JobBlocked> context)
    {
        _blocked[context.Message.JobId] = 0;
        return Task.CompletedTask;
    }

    /// <summary>Ends, and removes the fleet's database.</summary>
    public async ValueTask DisposeAsync()
    {
        var database = _host.Services.GetRequiredService<Store>().Database;
        await database.Client.DropDatabaseAsync(database.DatabaseNamespace.DatabaseName);
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private Task Ended<T>(ConsumeContext<T> context, Guid job)
        where T : class
    {
        _ends.GetOrAdd(job, _ => new())[context.MessageId ?? Guid.Empty] = typeof(T).Name;
        return Task.CompletedTask;
    }
}
