using System.Globalization;
using System.Text.Json;

namespace Workers.RabbitMq.Topology;

/// <summary>
/// What a policy makes of a queue that was declared with arguments of its own. RabbitMQ's rules (4.3): of limits and times the smaller wins, of <c>delivery-limit</c> a negative one loses to any, of
/// <c>overflow</c> the policy wins, of <c>dead-letter-*</c> the argument; and what was not declared at all is as the policy says.
/// </summary>
internal static class PolicyRules
{
    private const string DeadLetterExchange = "dead-letter-exchange";

    /// <summary>Shorter, and a person who looks at dead letters loses them while they are in hand. The fleet's consumers ask for their own time, which wins over policies.</summary>
    private static readonly TimeSpan InHand = TimeSpan.FromMinutes(10);

    /// <summary>The settings of the policies that apply to a queue, for as far as they overrule what the fleet declared: each with what comes of it.</summary>
    /// <param name="queue">As the fleet declares it.</param>
    /// <param name="effective">The broker's <c>effective_policy_definition</c>: policy and operator policy in one.</param>
    public static IEnumerable<(string Setting, string Effect)> Overruled(QueueDeclaration queue, IReadOnlyDictionary<string, JsonElement> effective) =>
        effective.OrderBy(setting => setting.Key, StringComparer.Ordinal)
            .Select(setting => (Setting: $"{setting.Key} {setting.Value}", Effect: EffectOf(queue, setting.Key, setting.Value)))
            .Where(finding => finding.Effect is not null)
            .Select(finding => (finding.Setting, finding.Effect!));

    private static string? EffectOf(QueueDeclaration queue, string key, JsonElement value) => key switch
    {
        "message-ttl" when !(Declared(queue, key) <= Number(value)) => Expiring(queue),
        "expires" => "the queue is deleted, with what lies in it, when it was not used for so long",
        "max-length" or "max-length-bytes" when !queue.Name.StartsWith("workers-intake-", StringComparison.Ordinal) || queue.Keeps => Full(queue),
        "overflow" when queue.Arguments.TryGetValue("x-overflow", out var declared) && declared as string != Text(value) =>
            "what the queue gives up is no longer handed over at least once, and may be lost",
        "delivery-limit" when Declared(queue, key) is { } declared && Limit(declared, Number(value)) != declared => queue.Keeps
            ? "dead letters that are looked at more often are dropped"
            : $"messages are given up after other than {declared} deliveries",
        DeadLetterExchange when !queue.Arguments.ContainsKey("x-dead-letter-exchange") => "what the queue gives up comes where the fleet does not look for it, or back to it",
        "dead-letter-routing-key" when queue.Arguments.ContainsKey("x-dead-letter-exchange") && !queue.Arguments.ContainsKey("x-dead-letter-routing-key") =>
            "messages whose delay is over do not come back to their queues",
        "consumer-timeout" when queue.Keeps && Number(value) < InHand.TotalMilliseconds => "dead letters that a person has in hand are taken back meanwhile, and may be redriven twice",
        "delayed-retry-type" when Text(value) != "disabled" => "messages that were given back are not delivered, nor seen, for a while",
        _ => null,
    };

    private static string Expiring(QueueDeclaration queue) =>
        queue.Keeps ? "dead letters are dropped when they are so old"
        : queue.Arguments.ContainsKey("x-message-ttl") ? "messages that wait to be delivered again come early"
        : "messages that wait for so long become dead letters, or are lost";

    private static string Full(QueueDeclaration queue) =>
        queue.Keeps ? "the oldest dead letters are dropped when there are more" : "sends are refused, or the oldest messages lost, when there are more";

    /// <summary>As <c>rabbit_quorum_queue</c> resolves it.</summary>
    private static double Limit(double declared, double policy) => declared < 0 || policy < 0 ? Math.Max(declared, policy) : Math.Min(declared, policy);

    private static double? Declared(QueueDeclaration queue, string key) =>
        queue.Arguments.TryGetValue($"x-{key}", out var value) && value is int or long ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : null;

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;

    private static string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>A policy overrules what the fleet declared.</summary>
/// <param name="What">The queue or exchange.</param>
/// <param name="Policy">The policies that apply to it, by name.</param>
/// <param name="Setting">What of them matters, with its value.</param>
/// <param name="Effect">What comes of it.</param>
public sealed record OverruledDeclaration(string What, string Policy, string Setting, string Effect)
{
    /// <summary>For a person.</summary>
    public override string ToString() => $"{What}: {Policy} sets {Setting}: {Effect}";
}
