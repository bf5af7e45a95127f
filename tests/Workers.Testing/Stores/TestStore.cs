using DotNet.Testcontainers.Builders;
using Testcontainers.MongoDb;
using Workers.Testing.Broker;

namespace Workers.Testing.Stores;

/// <summary>
/// The MongoDB of the tests: at the address in <c>WORKERS_TEST_MONGODB</c>, else a container where a Docker engine answers. Without either, the tests that ask for it are ignored, with the
/// reason.
/// </summary>
internal sealed class TestStore
{
    private const string Image = "mongo:8";

    private static readonly Lazy<Task<TestStore>> Found = new(FindAsync);

    private readonly string? _crash;
    private readonly string? _start;

    private TestStore(string url, string? crash, string? start)
    {
        Url = url;
        _crash = crash;
        _start = start;
    }

    private TestStore(string reason) => Missing = reason;

    /// <summary>Its address.</summary>
    public string Url { get; } = null!;

    /// <summary>Why there is none.</summary>
    public string? Missing { get; }

    /// <summary>Ignores the running test where there is no store.</summary>
    public static async Task<TestStore> RequireAsync()
    {
        var store = await Found.Value;
        if (store.Missing is { } reason)
        {
            Assert.Ignore(reason);
        }

        return store;
    }

    /// <summary>Kills the store at once, as a power cut does. Ignores the running test where nobody said how: <c>WORKERS_TEST_MONGODB_CRASH</c> holds the command.</summary>
    public static async Task CrashAsync() => await ServerCommand.RunAsync((await RequireAsync())._crash, "WORKERS_TEST_MONGODB_CRASH");

    /// <summary>Starts it again, on the data that it left: the command is in <c>WORKERS_TEST_MONGODB_START</c>.</summary>
    public static async Task StartAsync() => await ServerCommand.RunAsync((await RequireAsync())._start, "WORKERS_TEST_MONGODB_START");

    private static async Task<TestStore> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("WORKERS_TEST_MONGODB") is { Length: > 0 } url)
        {
            return new TestStore(url, Environment.GetEnvironmentVariable("WORKERS_TEST_MONGODB_CRASH"), Environment.GetEnvironmentVariable("WORKERS_TEST_MONGODB_START"));
        }

        try
        {
            var container = new MongoDbBuilder(Image)
                .WithPortBinding(ServerCommand.FreePort(), MongoDbBuilder.MongoDbPort)
                .WithUsername(string.Empty)
                .WithPassword(string.Empty)
                .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted(
                    ["mongosh", "--quiet", "--eval", "quit(db.adminCommand('ping').ok ? 0 : 1)"], wait => wait.WithTimeout(TimeSpan.FromMinutes(2))))
                .Build();
            await container.StartAsync();
            return new TestStore(container.GetConnectionString(), $"docker kill {container.Id}", $"docker start {container.Id}");
        }
#pragma warning disable CA1031 // Whatever the reason, it is told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new TestStore(
                $"There is no MongoDB to test with: WORKERS_TEST_MONGODB is not set, and no container could be started ({fault.GetType().Name}). Give the address of one, or start a Docker engine.");
        }
    }
}
