using MongoDB.Driver;
using MongoDB.Driver.Core.Clusters;
using MongoDB.Driver.Core.Connections;
using MongoDB.Driver.Core.Servers;
using Workers.Jobs;
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Connections;

[Category("Integration")]
internal sealed class When_the_store_stays_away
{
    [Test]
    public async Task A_fault_that_the_driver_tells_when_the_wait_is_over_is_still_nobodys_fault()
    {
        await using var database = await TestDatabase.CreateAsync(options => options.LongestWait = TimeSpan.FromSeconds(3));
        await database.Store.RunAsync(_ => Task.FromResult(0), CancellationToken.None);

        // A read that the driver tries again by itself: told to stop while it looks for a server, it tells what had ended the first try.
        Assert.That(
            () => database.Store.RunAsync<int>(
                async token =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                    throw new MongoConnectionException(new ConnectionId(new ServerId(new ClusterId(), new System.Net.DnsEndPoint("localhost", 1))), "broken for the test");
                },
                CancellationToken.None),
            Throws.TypeOf<StoreAwayException>());
    }
}
