using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.Testing;

/// <summary>What the tests of an assembly lend each other, on the servers, is gone when all are over: the base of its set-up fixture.</summary>
public abstract class SharedServers
{
    [OneTimeTearDown]
    public Task NothingIsLeftBehind() => Task.WhenAll(TestDatabase.DropEmptiedAsync(), VirtualHost.DeleteEmptiedAsync());
}
