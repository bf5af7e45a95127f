using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Workers.Jobs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Lifecycle;
using Workers.MongoDb.Lifecycle;
using Workers.Testing;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Stores;

/// <summary>The repository under a saga that counts: whatever is lost or done twice shows in the sum.</summary>
[Category("Integration")]
internal sealed class When_many_write_one_job
{
    private const int Writers = 64;
    private const int Events = 10_000;

    [Test]
    public async Task Every_event_is_applied_once_and_the_version_counts_them()
    {
        await using var database = await TestDatabase.CreateAsync();
        var jobs = new MongoJobs(database.Store);
        var job = Some.Job();
        job.State = nameof(Counting.Running);
        await jobs.AddAsync(job, default);
        using var host = await StartAsync(jobs);

        var bus = host.Services.GetRequiredService<IBus>();
        await Task.WhenAll(Enumerable.Range(1, Events).Select(number => bus.Publish(new Counted(job.CorrelationId, number))));
        await Eventually.HoldsAsync(async () => (await jobs.FindAsync(job.CorrelationId, default))!.Deferrals >= Events, () => "All events should be applied.", 240);
        await host.StopAsync();

        var counted = (await jobs.FindAsync(job.CorrelationId, default))!;
        Assert.Multiple(() =>
        {
            Assert.That(counted.Deferrals, Is.EqualTo(Events));
            Assert.That(counted.AttemptsUsed, Is.EqualTo(Enumerable.Range(1, Events).Sum()));
            Assert.That(counted.Version, Is.EqualTo(job.Version + Events));
            Assert.That(counted.Input.Prompt, Is.EqualTo(job.Input.Prompt));
        });
    }

    private static async Task<IHost> StartAsync(MongoJobs jobs)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddSingleton<IJobs>(jobs).AddSingleton<IFailpoints, NoFailpoints>().AddSingleton<JobLog>();
        builder.Services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.AddSagaStateMachine<Counting, Job>().KeptInJobs();
            bus.AddDelayedMessageScheduler();
            bus.UsingInMemory((context, transport) =>
            {
                transport.UseDelayedMessageScheduler();
                transport.ReceiveEndpoint("counting", endpoint =>
                {
                    endpoint.ConcurrentMessageLimit = Writers;
                    endpoint.UseScheduledRedelivery(retry => retry.Interval(10, TimeSpan.FromMilliseconds(500)));
                    FleetEndpoints.RetryVersions(endpoint);
                    endpoint.UseInMemoryOutbox(context);
                    endpoint.ConfigureSaga<Job>(context);
                });
            });
        });
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    public sealed record Counted(Guid JobId, int Number);

    /// <summary>Counts the events, and adds their numbers up.</summary>
    public sealed class Counting : MassTransitStateMachine<Job>
    {
        public Counting()
        {
            InstanceState(job => job.State);
            Event(() => Happened, e => e.CorrelateById(m => m.Message.JobId));
            During(Running, When(Happened).Then(context =>
            {
                context.Saga.Deferrals++;
                context.Saga.AttemptsUsed += context.Message.Number;
            }));
        }

        public State Running { get; } = null!;

        public Event<Counted> Happened { get; } = null!;
    }
}
