using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.CrashMatrix.Fleet;

/// <summary>A server that can be killed, as by a power cut, and started again on the data that it left.</summary>
internal sealed record Server(Func<Task> CrashAsync, Func<Task> StartAsync)
{
    public static Server Broker { get; } = new(TestBroker.CrashAsync, TestBroker.StartAsync);

    public static Server Store { get; } = new(TestStore.CrashAsync, TestStore.StartAsync);
}
