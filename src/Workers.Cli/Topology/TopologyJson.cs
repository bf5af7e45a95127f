using System.Text.Json;
using Workers.RabbitMq.Rights;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Topology;

/// <summary>The topology as a document for programs.</summary>
internal static class TopologyJson
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static string Of(IReadOnlyList<BrokerRights> rights) => JsonSerializer.Serialize(rights, Form);

    public static string Of(FleetTopology topology) => JsonSerializer.Serialize(
        new
        {
            Queues = topology.Queues.Select(queue => new { queue.Name, queue.Purpose, queue.Arguments, KeepsDeadLetters = queue.Keeps }),
            Exchanges = topology.Exchanges.Select(exchange => new { exchange.Name, exchange.Type, exchange.Purpose, exchange.Arguments }),
            Bindings = topology.Bindings.Select(binding => new { binding.Exchange, binding.Destination, DestinationType = binding.ToExchange ? "exchange" : "queue", binding.RoutingKey }),
        },
        Form);
}
