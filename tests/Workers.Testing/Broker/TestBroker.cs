using Testcontainers.RabbitMq;

namespace Workers.Testing.Broker;

/// <summary>
/// The RabbitMQ of the tests: at the addresses in <c>WORKERS_TEST_RABBITMQ</c> and <c>WORKERS_TEST_RABBITMQ_UI</c>, else a container where a Docker engine answers. Without either, the
/// tests that ask for it are ignored, with the reason.
/// </summary>
internal sealed class TestBroker
{
    private const string Image = "rabbitmq:4.3-management";
    private const int ManagementPort = 15672;

    private static readonly Lazy<Task<TestBroker>> Found = new(FindAsync);

    private TestBroker(Uri amqp, Uri management)
    {
        Amqp = amqp;
        Management = management;
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

    private static async Task<TestBroker> FindAsync()
    {
        if (Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ") is { Length: > 0 } amqp)
        {
            return Environment.GetEnvironmentVariable("WORKERS_TEST_RABBITMQ_UI") is { Length: > 0 } management
                ? new TestBroker(new Uri(amqp), new Uri(management))
                : new TestBroker("WORKERS_TEST_RABBITMQ is set, and WORKERS_TEST_RABBITMQ_UI is not: the tests make virtual hosts through the management API.");
        }

        try
        {
            var container = new RabbitMqBuilder(Image).WithPortBinding(ManagementPort, assignRandomHostPort: true).Build();
            await container.StartAsync();
            var address = new Uri(container.GetConnectionString());
            return new TestBroker(address, new Uri($"http://{address.UserInfo}@{container.Hostname}:{container.GetMappedPublicPort(ManagementPort)}"));
        }
#pragma warning disable CA1031 // Whatever the reason, it is told.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return new TestBroker(
                $"There is no RabbitMQ to test with: WORKERS_TEST_RABBITMQ is not set, and no container could be started ({fault.GetType().Name}). Give the address of one, or start a Docker engine.");
        }
    }
}
