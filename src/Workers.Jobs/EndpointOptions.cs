using Microsoft.Extensions.Options;

namespace Workers.Jobs;

/// <summary>How many messages of each queue one process handles at once. Section <c>Endpoints</c>, for example <c>Endpoints:workers-start-job:Concurrency</c>.</summary>
public sealed class EndpointOptions : Dictionary<string, EndpointLimits>
{
    public const string Section = "Endpoints";

    public EndpointOptions()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>The limits of one endpoint: those configured, else its own.</summary>
    public EndpointLimits Of(FleetEndpoint endpoint) => TryGetValue(endpoint.Queue, out var limits) ? limits : new EndpointLimits { Concurrency = endpoint.Concurrency };
}

/// <summary>The limits of one endpoint in one process.</summary>
public sealed class EndpointLimits
{
    /// <summary>Messages handled at once, 1 to 1024.</summary>
    public int? Concurrency { get; set; }

    /// <summary>Messages that the broker hands over ahead of their acknowledgement, 1 to 2048. Default: twice the concurrency.</summary>
    public int? Prefetch { get; set; }
}

/// <summary>Names the queue that there is not, and the limit that can't be.</summary>
internal sealed class EndpointOptionsValidator(IEnumerable<FleetEndpoint> ofTransport) : IValidateOptions<EndpointOptions>
{
    private const int Most = 1024;

    public ValidateOptionsResult Validate(string? name, EndpointOptions options)
    {
        var queues = FleetEndpoints.All.Concat(ofTransport).Select(endpoint => endpoint.Queue).ToHashSet(StringComparer.OrdinalIgnoreCase);
        string[] faults =
        [
            .. options.Keys.Where(queue => !queues.Contains(queue)).Select(queue => $"{EndpointOptions.Section}:{queue}: there is no such queue. The fleet consumes {string.Join(", ", queues.Order())}."),
            .. options.Where(limits => limits.Value.Concurrency is < 1 or > Most)
                .Select(limits => $"{EndpointOptions.Section}:{limits.Key}:Concurrency: {limits.Value.Concurrency} is not between 1 and {Most}."),
            .. options.Where(limits => limits.Value.Prefetch is < 1 or > 2 * Most)
                .Select(limits => $"{EndpointOptions.Section}:{limits.Key}:Prefetch: {limits.Value.Prefetch} is not between 1 and {2 * Most}."),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
