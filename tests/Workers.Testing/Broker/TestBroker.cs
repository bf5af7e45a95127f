using Testcontainers.RabbitMq;

namespace Workers.Testing.Broker;

/// <summary>
/// The RabbitMQ of the tests: at the addresses in <c>WORKERS_TEST_RABBITMQ</c> and <c>WORKERS_TEST_RABBITMQ_UI</c>, else a container where a Docker engine answers. Without either, the
/// tests that ask for it are ignored, with the reason.
/// </summary>
internal sealed class TestBroker
{
    private const string Image = "rabbitmq:4-management";
    private const int ManagementPort = 15672;

    private static readonly Lazy<Task<TestBroker>> Found = new(FindAsync);
    private static readonly SemaphoreSlim Holder = new(1);

    private readonly string? _crash;
    private readonly string? _start;

    private TestBroker(Uri amqp, Uri management, string? crash, string? start)
    {
        Amqp = amqp;
        Management = management;
        _crash = crash;
        _start = start;
    }

    private TestBroker(string reason) => Missing = reason;

    /// <summary>The AMQP address, with user and password, without a virtual host.</summary>
    public Uri Amqp { get; } = null!;

    /// <summary>The management API, with user and password.</summary>
    public Uri Management { get; } = null!;

    /// <summary>Why there is none.</summary>
    public string? Missing { get; }

    /// <summary>Ignores the running test where there is no broker.</summary>
    public static async Task<TestBroker> RequireAsync()
    {
        var broker = await Found.Value;
        if (broker.Missing is { } reason)
        {
            Assert.Ignore(reason);
        }

        return broker;
    }

    /// <summary>Kills the broker at once, as a power cut does. Ignores the running test where nobody said how: <c>WORKERS_TEST_RABBITMQ_CRASH</c> holds the command.</summary>
    public static async Task CrashAsync() => await ServerCommand.RunAsync((await RequireAsync())._crash, "WORKERS_TEST_RABBITMQ_CRASH");

    /// <summary>Starts it again, on the data that it left, and waits until it answers: the command is in <c>WORKERS_TEST_RABBITMQ_START</c>.</summary>
    public static async Task StartAsync() => await ServerCommand.RunAsync((await RequireAsync())._start, "WORKERS_TEST_RABBITMQ_START");

    /// <summary>Tests that crash it share it by this: one at a time crashes it, or needs it up, until it disposes this.</summary>
    public static async Task<IDisposable> HoldAsync()
    {
        await Holder.WaitAsync();
        return new Holding();
    }

    private static async Task<TestBroker> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ") is { Length: > 0 } amqp)
        {
            return Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ_UI") is { Length: > 0 } management
                ? new TestBroker(new Uri(amqp), new Uri(management), Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ_CRASH"), Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ_START"))
                : new TestBroker("WORKERS_TEST_RABBITMQ is set, and WORKERS_TEST_RABBITMQ_UI is not: the tests make virtual hosts through the management API.");
        }

        try
        {
            var (amqpPort, managementPort) = (ServerCommand.FreePort(), ServerCommand.FreePort()); // kept over a restart
            var container = new RabbitMqBuilder(Image).WithPortBinding(amqpPort, RabbitMqBuilder.RabbitMqPort).WithPortBinding(managementPort, ManagementPort).Build();
            await container.StartAsync();
            var address = new Uri(container.GetConnectionString());
            return new TestBroker(
                address,
                new UriBuilder("http", container.Hostname, managementPort) { UserName = address.UserInfo.Split(':')[0], Password = address.UserInfo.Split(':')[1] }.Uri,
                $"docker kill {container.Id}",
                $"docker start {container.Id} && until docker exec {container.Id} rabbitmqctl -q await_startup; do sleep 1; done");
        }
#pragma warning disable CA1031 // Whatever the reason, it is told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new TestBroker(
                $"There is no RabbitMQ to test with: WORKERS_TEST_RABBITMQ is not set, and no container could be started ({fault.GetType().Name}). Give the address of one, or start a Docker engine.");
        }
    }

    private sealed class Holding : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                Holder.Release();
            }
        }
    }
}
