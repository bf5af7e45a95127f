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

    /// <summary>Messages of one endpoint that are handled at once: as configured, else its own.</summary>
    public int Concurrency(FleetEndpoint endpoint) => Of(endpoint.Queue)?.Concurrency ?? endpoint.Concurrency;

    /// <summary>Messages of one endpoint that are handed over ahead of their acknowledgement: as configured, else twice as many as are handled at once.</summary>
    public int Prefetch(FleetEndpoint endpoint) => Of(endpoint.Queue)?.Prefetch ?? (2 * Concurrency(endpoint));

    /// <summary>How long one message of a queue may be worked on.</summary>
    public TimeLimit TimeLimit(string queue) => new(Of(queue)?.LongestWork ?? EndpointLimits.UsualLongestWork);

    private EndpointLimits? Of(string queue) => TryGetValue(queue, out var limits) ? limits : null;
}

/// <summary>The limits of one endpoint in one process.</summary>
public sealed class EndpointLimits
{
    /// <summary>Messages handled at once, 1 to 1024.</summary>
    public int? Concurrency { get; set; }

    /// <summary>Messages that the broker hands over ahead of their acknowledgement, 1 to 2048. Default: twice the concurrency.</summary>
    public int? Prefetch { get; set; }

    /// <summary>How long one message may be worked on before the work is called off and counts as a delivery that failed, 100 ms to 12 hours. Default 30 minutes.</summary>
    public TimeSpan? LongestWork { get; set; }

    /// <summary>The default of <see cref="LongestWork"/>.</summary>
    public static readonly TimeSpan UsualLongestWork = TimeSpan.FromMinutes(30);
}

/// <summary>Names the queue that there is not, and the limit that can't be.</summary>
internal sealed class EndpointOptionsValidator(IEnumerable<FleetEndpoint> ofTransport) : IValidateOptions<EndpointOptions>
{
    private const int Most = 1024;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(12);

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
            .. options.Where(limits => limits.Value.LongestWork is { } work && (work < Shortest || work > Longest))
                .Select(limits => $"{EndpointOptions.Section}:{limits.Key}:LongestWork: {limits.Value.LongestWork} is not between {Shortest} and {Longest}."),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
