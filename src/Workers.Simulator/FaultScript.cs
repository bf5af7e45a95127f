using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Simulator.Faulting;

namespace Workers.Simulator;

/// <summary>
/// Which calls and tasks go wrong, and how. Whether a rule hits is decided by a hash of seed, rule, job and try, never by the order in which calls
/// arrive: the same work meets the same faults in every run.
/// </summary>
public sealed record FaultScript
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new FaultConverter() },
    };

    /// <summary>Nothing goes wrong.</summary>
    public static FaultScript None { get; } = new();

    /// <summary>All that hit apply, in this order.</summary>
    public IReadOnlyList<FaultRule> Rules { get; init; } = [];

    /// <summary>Reads <c>{"rules":[{"operation":"create","fault":"drop-response","probability":0.1,"tries":[1],"promptContains":"cat"}]}</c>.</summary>
    /// <exception cref="JsonException">It is not such a script.</exception>
    public static FaultScript Parse(string json) => JsonSerializer.Deserialize<FaultScript>(json, Json) ?? throw new JsonException("The script is null.");

    public override string ToString() => Rules.Count == 0 ? "none" : $"{Rules.Count} rules";
}

/// <summary>One thing that goes wrong.</summary>
public sealed record FaultRule
{
    public required Operation Operation { get; init; }
    public required Fault Fault { get; init; }

    /// <summary>0 to 1, decided for each job (or set of ids) and try by itself. Default 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>
    /// Which tries it applies to, from 1; null: all. A try is the how-manieth create of the job; for tasks, the create that made them; the how-manieth
    /// get, delete or download of the task; the how-manieth list of the same ids; the how-manieth callback of the task.
    /// </summary>
    public IReadOnlyList<int>? Tries { get; init; }

    /// <summary>Only jobs whose prompt contains this, by ordinal comparison. Never true of list calls as a whole.</summary>
    public string? PromptContains { get; init; }
}
