using MassTransit;
using Workers.Contracts;
using Workers.Jobs;
using Workers.RabbitMq.Bodies;
using Workers.RabbitMq.Topology;

namespace Workers.RabbitMq.Intake;

/// <summary>Where raw JSON comes in: a queue for each command, so that one body is never tried as another.</summary>
/// <remarks>Nothing is tried again here: a body does not get better, and while the broker is away the message stays where it is.</remarks>
public static class IntakeEndpoints
{
    private const string Prefix = "workers-intake-";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<FleetEndpoint> All { get; } = [Of<SubmitJob, SubmitJobIntake>(), Of<CancelJob, CancelJobIntake>(), Of<ResumeJob, ResumeJobIntake>()];

    /// <summary>What a producer puts on its message: <c>submit-job</c>.</summary>
    public static string RoutingKeyOf(FleetEndpoint endpoint) => endpoint.Queue[Prefix.Length..];

    /// <summary>The queue that such a routing key leads to; null where it leads to none.</summary>
    internal static string? QueueOf(string routingKey) => All.FirstOrDefault(endpoint => RoutingKeyOf(endpoint) == routingKey)?.Queue;

    /// <summary>The consumers of these queues.</summary>
    internal static void AddIntake(this IBusRegistrationConfigurator bus)
    {
        bus.AddConsumer<SubmitJobIntake>();
        bus.AddConsumer<CancelJobIntake>();
        bus.AddConsumer<ResumeJobIntake>();
    }

    private static FleetEndpoint Of<TCommand, TIntake>()
        where TIntake : class, IConsumer<OpaqueBody> =>
        new(Prefix + FleetTopology.EventWord(typeof(TCommand)), Roles.Lifecycle, 32, [], (endpoint, context) =>
        {
            OpaqueBodies.Use(endpoint);
            endpoint.ConfigureConsumer<TIntake>(context);
        });
}
