using System.Collections.Concurrent;
using MassTransit;
using Workers.Jobs.Lifecycle;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Fleet;

/// <summary>Nobody's fault: whatever needs the store waits in place, nothing is counted as failed, and work goes on by itself.</summary>
[Category("Integration")]
internal sealed class When_the_store_goes_away_under_a_fleet : FleetTest
{
    private const int Jobs = 10;

    private BrokerProxy _wire = null!;

    protected override bool IsOnMongoDb => true;

    internal override async Task<TestDatabase> NewDatabase()
    {
        var database = await TestDatabase.CreateOnAWireAsync();
        _wire = database.Wire;
        return database;
    }

    [Test]
    public async Task All_jobs_go_on_by_themselves_and_no_delivery_is_counted_as_failed()
    {
        await StartFleet();
        var faults = new Faults();
        using var observing = Fleet.Bus.ConnectConsumeObserver(faults);
        var before = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(i => Submit(Submission($"a lighthouse before {i}"))));
        await JobShouldBe(before[0], nameof(JobLifecycle.Running));

        _wire.Cut();
        var cutAt = Time.GetUtcNow();
        var meanwhile = await Task.WhenAll(Enumerable.Range(0, Jobs).Select(i => Submit(Submission($"a lighthouse meanwhile {i}"))));
        await Eventually(() => Task.FromResult(Time.GetUtcNow() > cutAt.AddMinutes(5)), () => "The clock stands still.");
        _wire.Mend();

        foreach (var jobId in before.Concat(meanwhile))
        {
            await JobShouldBe(jobId, nameof(JobLifecycle.Succeeded), seconds: 60);
        }

        NothingIsPaidTwice();
        Assert.That(faults.Seen, Is.Empty);
        Assert.That(await Stores.Failures.CountAsync(DateTimeOffset.MinValue, default), Is.Empty);
    }

    /// <summary>What consumers failed with, collisions of two messages for one job apart.</summary>
    private sealed class Faults : IConsumeObserver
    {
        public ConcurrentBag<string> Seen { get; } = [];

        public Task PreConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task PostConsume<T>(ConsumeContext<T> context)
            where T : class => Task.CompletedTask;

        public Task ConsumeFault<T>(ConsumeContext<T> context, Exception exception)
            where T : class
        {
            if (exception.GetBaseException() is not ConcurrencyException)
            {
                Seen.Add($"{typeof(T).Name}: {exception.GetBaseException().GetType().Name} {exception.GetBaseException().Message}");
            }

            return Task.CompletedTask;
        }
    }
}
