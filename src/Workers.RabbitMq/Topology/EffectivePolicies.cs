using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workers.RabbitMq.Topology;

/// <summary>Finds policies and operator policies that overrule what the fleet declared. Changes nothing.</summary>
public sealed class EffectivePolicies(FleetTopology topology, ManagementApi api)
{
    /// <returns>Null where <c>RabbitMq:ManagementUrl</c> is not configured.</returns>
    /// <exception cref="HttpRequestException">The API does not answer, or refuses the user.</exception>
    public async Task<PolicyState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!api.IsConfigured)
        {
            return null;
        }

        var queues = await api.ReadAsync<Queue>("queues", "?disable_stats=true", cancellationToken);
        var overruled =
            from queue in queues
            join declared in topology.Queues on queue.Name equals declared.Name
            from finding in PolicyRules.Overruled(declared, queue.Effective)
            select new OverruledDeclaration($"queue {queue.Name}", queue.Policies, finding.Setting, finding.Effect);
        var exchanges = (await api.ReadAsync<Exchange>("exchanges", "?columns=name,policy", cancellationToken)).Where(exchange => exchange.Policy is not null && LosesMessages(exchange.Name)).ToList();
        var policies = exchanges.Count == 0 ? [] : await api.ReadIfAllowedAsync<Policy>("policies", cancellationToken);
        var diverted =
            from exchange in exchanges
            join policy in policies ?? [] on exchange.Policy equals policy.Name
            where policy.Definition.TryGetProperty(Alternate, out _)
            select new OverruledDeclaration(
                $"exchange {exchange.Name}", $"policy {policy.Name}", $"{Alternate} {policy.Definition.GetProperty(Alternate)}", "a message that leads to no queue is taken there, and its sender is told that it arrived");
        return new PolicyState([.. overruled, .. diverted], policies is not null);
    }

    private const string Alternate = "alternate-exchange";

    /// <summary>Whether what an exchange of the fleet can't route must be known to its sender: not where it has an alternate exchange of its own, which wins over a policy's, and not of events.</summary>
    private bool LosesMessages(string name) => topology.Exchanges.Any(exchange => exchange.Name == name && exchange.AlternateExchange is null && name != FleetTopology.Events);

#pragma warning disable CA1812 // Made from JSON.
    private sealed record Queue(
        string Name,
        string? Policy,
        [property: JsonPropertyName("operator_policy")] string? OperatorPolicy,
        [property: JsonPropertyName("effective_policy_definition")] JsonElement Definition)
    {
        /// <summary>An empty list where no policy applies.</summary>
        public IReadOnlyDictionary<string, JsonElement> Effective => Definition.ValueKind == JsonValueKind.Object
            ? Definition.EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value)
            : new Dictionary<string, JsonElement>();

        public string Policies => (Policy, OperatorPolicy) switch
        {
            ({ Length: > 0 } policy, { Length: > 0 } limits) => $"policy {policy} with operator policy {limits}",
            (_, { Length: > 0 } limits) => $"operator policy {limits}",
            var (policy, _) => $"policy {policy}",
        };
    }

    private sealed record Exchange(string Name, string? Policy);

    private sealed record Policy(string Name, JsonElement Definition);
#pragma warning restore CA1812
}

/// <summary>What policies make of the fleet's declarations.</summary>
/// <param name="Overruled">What they overrule.</param>
/// <param name="IsComplete">Also those of exchanges could be read, for which the user needs the tag <c>policymaker</c>.</param>
public sealed record PolicyState(IReadOnlyList<OverruledDeclaration> Overruled, bool IsComplete);
