using System.Text.Json;
using Workers.Contracts;
using Workers.Testing.Fleet;

namespace Workers.RabbitMq.Tests.Intake;

/// <summary>A fleet on RabbitMQ, and a producer that knows nothing of it but what is documented.</summary>
internal abstract class IntakeTest : FleetTest
{
    protected override bool IsOnRabbitMq => true;

    protected RawProducer Producer { get; private set; } = null!;

    [SetUp]
    public async Task Connect()
    {
        await StartFleet();
        Producer = await RawProducer.ConnectAsync(Broker);
    }

    [TearDown]
    public async Task Disconnect()
    {
        if (Producer is not null)
        {
            await Producer.DisposeAsync();
        }
    }

    /// <summary>A submission as a producer would write it.</summary>
    protected static string Json(string key, string prompt = "a lighthouse at dusk") =>
        $$$"""{"tenantId":"{{{Tenant}}}","idempotencyKey":"{{{key}}}","provider":"seedance","input":{"model":"dreamina-seedance-2-0-260128","prompt":"{{{prompt}}}"}}""";

    protected static string Json(CancelJob command) => JsonSerializer.Serialize(command, ContractsJson.Default.CancelJob);

    protected static string Json(ResumeJob command) => JsonSerializer.Serialize(command, ContractsJson.Default.ResumeJob);
}
