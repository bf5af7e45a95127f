using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Workers.Contracts;

namespace Workers.Jobs.Alerts;

/// <summary>What a person must be told of. Section <c>Alerts</c>.</summary>
public sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>How often the rules are looked at. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The rules by name. Those that stand here are there from the start: <c>Alerts:Rules:oldest-waiting:MoreThan</c> = <c>7200</c> changes one of them, <c>Alerts:Rules:oldest-waiting:Enabled</c>
    /// = <c>false</c> puts it away.
    /// </summary>
    public IDictionary<string, AlertRule> Rules { get; } = new Dictionary<string, AlertRule>(StringComparer.OrdinalIgnoreCase)
    {
        ["account-paused"] = new() { Kind = AlertKind.AccountPaused, Level = AlertLevel.Error },
        ["cost-p95"] = new() { Kind = AlertKind.CostP95, MoreThan = 30 },
        ["dead-letters"] = new() { Kind = AlertKind.DeadLetters, MoreThan = 0, Within = TimeSpan.FromHours(1), Level = AlertLevel.Error },
        ["oldest-waiting"] = new() { Kind = AlertKind.OldestWaiting, MoreThan = 3600, For = TimeSpan.FromMinutes(5) },
        ["provider-errors"] = new() { Kind = AlertKind.Failures, Bucket = FailureBucket.ServerError, MoreThan = 50, Within = TimeSpan.FromMinutes(5), For = TimeSpan.FromMinutes(5) },
        ["quota"] = new() { Kind = AlertKind.Failures, Bucket = FailureBucket.Quota, MoreThan = 0, Within = TimeSpan.FromMinutes(15), Level = AlertLevel.Error },
        ["results-unwritable"] = new() { Kind = AlertKind.ResultsUnwritable, Level = AlertLevel.Error },
        ["schema-mismatches"] = new() { Kind = AlertKind.Failures, Bucket = FailureBucket.SchemaMismatch, MoreThan = 3, Within = TimeSpan.FromHours(1) },
        ["unseen-tasks"] = new() { Kind = AlertKind.UnseenTasks, MoreThan = 0, For = TimeSpan.FromMinutes(5), Level = AlertLevel.Error },
        ["uncertain"] = new() { Kind = AlertKind.Failures, Bucket = FailureBucket.Uncertain, MoreThan = 0, Within = TimeSpan.FromHours(1), Level = AlertLevel.Error },
    };
}

/// <summary>One rule: a value, what it must not exceed, and for how long it may.</summary>
public sealed class AlertRule
{
    /// <summary>Where <see cref="Within"/> is not given.</summary>
    public static readonly TimeSpan DefaultWithin = TimeSpan.FromMinutes(5);

    /// <summary>Where <see cref="LeastJobs"/> is not given.</summary>
    public const int DefaultLeastJobs = 20;

    /// <summary>What is watched. Required; decides which of the others apply.</summary>
    public AlertKind? Kind { get; set; }

    /// <summary>False: the rule is not looked at. Default true.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>How much it hurries: the level in the log. Default Warning.</summary>
    public AlertLevel Level { get; set; }

    /// <summary>The limit, which the value itself may reach: failures, dead letters, percent, or seconds, by the kind. Required but of AccountPaused and ResultsUnwritable.</summary>
    public decimal? MoreThan { get; set; }

    /// <summary>How far back failures and dead letters count, 1 minute to 7 days. Default 5 minutes.</summary>
    public TimeSpan? Within { get; set; }

    /// <summary>How long the value must lie above the limit at each look before the alert fires, up to 24 hours; one look below it, and the time begins anew. Default 0: at once.</summary>
    public TimeSpan For { get; set; }

    /// <summary>Only failures of this cause. Default: any. Of Failures.</summary>
    public FailureBucket? Bucket { get; set; }

    /// <summary>Only what came of this provider. Default: any. Of Failures and CostP95.</summary>
    public string? Provider { get; set; }

    /// <summary>Only what is this tenant's. Default: everybody's. Of Failures and CostP95.</summary>
    public string? Tenant { get; set; }

    /// <summary>How many jobs each of the two weeks must have; with fewer nothing is known. Default 20. Of CostP95.</summary>
    public int? LeastJobs { get; set; }

    /// <summary>The limit, of each kind.</summary>
    internal decimal Limit => MoreThan ?? 0;

    /// <summary>The window, of each kind.</summary>
    internal TimeSpan Window => Within ?? DefaultWithin;
}

[OptionsValidator]
internal sealed partial class AlertOptionsValidator : IValidateOptions<AlertOptions>;
