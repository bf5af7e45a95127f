using System.Net;
using Workers.Host.Tests.Support;
using Workers.Testing;
using Workers.Testing.Broker;
using Workers.Testing.Fleet;
using Workers.Testing.Providers;
using Workers.Testing.Stores;

namespace Workers.Host.Tests.Health;

[Category("Integration")]
internal sealed class When_the_store_is_away
{
    [Test]
    public async Task The_process_has_not_begun_until_the_indexes_are_made_and_then_has_for_ever()
    {
        await using var broker = await VirtualHost.CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        await using var wire = new BrokerProxy(new Uri(database.Options.Url!));
        wire.Cut();

        // With this role it asks the store for nothing before there is a job.
        await using var process = HostProcess.Start(Settings(broker, database, wire), "--roles", "submission");
        await process.AnswersAsync("health/startup", HttpStatusCode.ServiceUnavailable, "\"broker\":{\"status\":\"healthy\"");
        await process.AnswersAsync("health/startup", HttpStatusCode.ServiceUnavailable, $"The store at 127.0.0.1:{wire.Url.Port}/{database.Options.Database} does not answer");
        wire.Mend();
        await process.AnswersAsync("health/startup", HttpStatusCode.OK);

        wire.Cut();
        await process.IsAsync(HttpStatusCode.ServiceUnavailable, "The store at");
        await process.AnswersAsync("health/startup", HttpStatusCode.OK);
    }

    [Test]
    public async Task A_round_that_can_not_be_renewed_is_told_of_until_it_is()
    {
        await using var provider = await ListedTasks.StartAsync(TimeSpan.FromMinutes(5));
        await using var broker = await VirtualHost.CreateAsync();
        await using var database = await TestDatabase.CreateAsync();
        await using var wire = new BrokerProxy(new Uri(database.Options.Url!));
        Dictionary<string, string?> settings = new(DueAttempts.Settings(1, provider.Root).Concat(Settings(broker, database, wire)))
        {
            ["Polling:RoundLease"] = "00:00:02",
        };
        await using var process = HostProcess.Start(settings, "--roles", "polling");
        await process.IsAsync(HttpStatusCode.OK);
        await DueAttempts.MakeAsync(new Stores(database.Store).Attempts, 1, 1, TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1));
        await Eventually.HoldsAsync(() => Task.FromResult(provider.UnderWay == 1), () => $"A round should be under way.\n{process.Output}");

        wire.Cut();
        await process.IsAsync(HttpStatusCode.ServiceUnavailable, " of account a0 was renewed ");
        wire.Mend();
        await process.IsAsync(HttpStatusCode.ServiceUnavailable, "\"store\":{\"status\":\"healthy\"");
    }

    private static Dictionary<string, string?> Settings(VirtualHost broker, TestDatabase database, BrokerProxy wire) => new()
    {
        ["RabbitMq:Url"] = broker.Url,
        ["MongoDb:Url"] = wire.Url.ToString(),
        ["MongoDb:Database"] = database.Options.Database,
    };
}
