using System.Text.Json.Serialization;

namespace Workers.RabbitMq.Topology;

/// <summary>Compares what only the management API can tell: bindings, and queues that the fleet does not know. Changes nothing.</summary>
public sealed class ManagedTopology(FleetTopology topology, ManagementApi api)
{
    private const string Ours = "workers-";

    /// <returns>Null where <c>RabbitMq:ManagementUrl</c> is not configured.</returns>
    /// <exception cref="HttpRequestException">The API does not answer, or refuses the user.</exception>
    public async Task<ManagedState?> CompareAsync(CancellationToken cancellationToken)
    {
        if (!api.IsConfigured)
        {
            return null;
        }

        var bindings = await api.ReadAsync<Binding>("bindings", "", cancellationToken);
        var queues = await api.ReadAsync<Queue>("queues", "?columns=name", cancellationToken);
        return new ManagedState(
            [.. topology.Bindings.Where(wanted => !bindings.Any(binding => binding.Is(wanted)))],
            [.. bindings.Where(binding => IsBetweenOurs(binding) && !topology.Bindings.Any(binding.Is)).Select(binding => binding.AsDeclared())],
            [.. queues.Select(queue => queue.Name).Where(name => name.StartsWith(Ours, StringComparison.Ordinal) && topology.Queues.All(known => known.Name != name)).Order(StringComparer.Ordinal)]);
    }

    /// <summary>What somebody else leads to the fleet, or from it, is their affair; within it, nothing leads anywhere but as declared.</summary>
    private bool IsBetweenOurs(Binding binding) =>
        topology.Exchanges.Any(exchange => exchange.Name == binding.Source)
        && (binding.DestinationType == "exchange" ? topology.Exchanges.Any(exchange => exchange.Name == binding.Destination) : topology.Queues.Any(queue => queue.Name == binding.Destination));

#pragma warning disable CA1812 // Made from JSON.
    private sealed record Queue(string Name);

    private sealed record Binding(
        string Source,
        string Destination,
        [property: JsonPropertyName("destination_type")] string DestinationType,
        [property: JsonPropertyName("routing_key")] string RoutingKey)
    {
        public bool Is(BindingDeclaration wanted) =>
            AsDeclared() == wanted;

        public BindingDeclaration AsDeclared() => new(Source, Destination, RoutingKey) { ToExchange = DestinationType == "exchange" };
    }
#pragma warning restore CA1812
}

/// <summary>What AMQP can't tell.</summary>
/// <param name="MissingBindings">Bindings that are not there: what they should carry is lost, or kept as unroutable.</param>
/// <param name="StaleBindings">Bindings between what is the fleet's that it does not declare, as older versions did: what they carry comes where it should not, or twice.</param>
/// <param name="UnknownQueues">Queues named like the fleet's that are none of its: perhaps of older settings, and perhaps with messages.</param>
public sealed record ManagedState(IReadOnlyList<BindingDeclaration> MissingBindings, IReadOnlyList<BindingDeclaration> StaleBindings, IReadOnlyList<string> UnknownQueues);
