using System.Globalization;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Alerts;

/// <summary>The rules' own rules: each kind has its limits, and no others, so that a limit that nobody reads is not taken for one.</summary>
internal sealed class AlertRulesValidator : IValidateOptions<AlertOptions>
{
    private static readonly TimeSpan LeastWithin = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostWithin = TimeSpan.FromDays(7);
    private static readonly TimeSpan MostFor = TimeSpan.FromHours(24);
    private const decimal MostOf = 1_000_000_000;
    private const int MostJobs = 1_000_000;

    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        string[] faults = [.. options.Rules.OrderBy(rule => rule.Key, StringComparer.Ordinal).SelectMany(rule => Faults(rule.Key, rule.Value))];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string name, AlertRule rule)
    {
        if (!SubmissionRules.IsName(name))
        {
            return [$"{AlertOptions.Section}:Rules names a rule that can't be one: a rule has {SubmissionRules.NameRule}."];
        }

        var at = $"{AlertOptions.Section}:Rules:{name}";
        if (rule.Kind is not { } kind || !Enum.IsDefined(kind))
        {
            return [$"{at}:Kind must be one of {string.Join(", ", Enum.GetNames<AlertKind>())}."];
        }

        return LimitFaults(at, kind, rule).Concat(Strangers(kind, rule).Select(setting => $"{at}:{setting} says nothing of {kind}: leave it out."));
    }

    private static IEnumerable<string> LimitFaults(string at, AlertKind kind, AlertRule rule)
    {
        if (kind is not (AlertKind.AccountPaused or AlertKind.ResultsUnwritable) && rule.MoreThan is not (>= 0 and <= MostOf))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{at}:MoreThan ({rule.MoreThan?.ToString(CultureInfo.InvariantCulture) ?? "missing"}) must be from 0 to {MostOf}: {Unit(kind)}.");
        }

        if (rule.Within is { } within && (within < LeastWithin || within > MostWithin))
        {
            yield return $"{at}:Within ({within}) must be from {LeastWithin} to {MostWithin}.";
        }

        if (rule.For < TimeSpan.Zero || rule.For > MostFor)
        {
            yield return $"{at}:For ({rule.For}) must be from {TimeSpan.Zero} to {MostFor}.";
        }

        if (rule.LeastJobs is < 1 or > MostJobs)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{at}:LeastJobs ({rule.LeastJobs}) must be from 1 to {MostJobs}.");
        }

        if (!Enum.IsDefined(rule.Level))
        {
            yield return $"{at}:Level must be one of {string.Join(", ", Enum.GetNames<AlertLevel>())}.";
        }

        foreach (var (setting, word) in new[] { (nameof(rule.Provider), rule.Provider), (nameof(rule.Tenant), rule.Tenant) })
        {
            if (word is not null && !SubmissionRules.IsName(word))
            {
                yield return $"{at}:{setting} must have {SubmissionRules.NameRule}.";
            }
        }
    }

    private static string Unit(AlertKind kind) => kind switch
    {
        AlertKind.CostP95 => "percent",
        AlertKind.OldestWaiting => "seconds",
        AlertKind.DeadLetters => "dead letters",
        AlertKind.UnseenTasks => "tasks",
        _ => "failures",
    };

    /// <summary>The settings of a rule that its kind does not read.</summary>
    private static IEnumerable<string> Strangers(AlertKind kind, AlertRule rule)
    {
        var (counts, costs) = (kind is AlertKind.Failures or AlertKind.DeadLetters, kind is AlertKind.CostP95);
        (string Setting, bool IsGiven, bool IsRead)[] settings =
        [
            (nameof(rule.MoreThan), rule.MoreThan is not null, kind is not (AlertKind.AccountPaused or AlertKind.ResultsUnwritable)),
            (nameof(rule.Within), rule.Within is not null, counts),
            (nameof(rule.Bucket), rule.Bucket is not null, kind == AlertKind.Failures),
            (nameof(rule.Provider), rule.Provider is not null, costs || kind == AlertKind.Failures),
            (nameof(rule.Tenant), rule.Tenant is not null, costs || kind == AlertKind.Failures),
            (nameof(rule.LeastJobs), rule.LeastJobs is not null, costs),
        ];
        return settings.Where(setting => setting is { IsGiven: true, IsRead: false }).Select(setting => setting.Setting);
    }
}
