using System.Globalization;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Accounts;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Alerts;

/// <summary>Measures what the rules are about, by the fleet's own records.</summary>
internal sealed class AlertReadings(IJobs jobs, IFailures failures, ICosts costs, IAccounts accounts, IAttempts attempts, IOptions<AlertOptions> options, IOptions<AccountsOptions> configured)
{
    /// <summary>Two weeks of costs are many records, and a percentile of them does not change within minutes.</summary>
    public static readonly TimeSpan CostsEvery = TimeSpan.FromHours(1);

    /// <summary>Tasks of an account that are asked for.</summary>
    private const int UnseenAtMost = 200;

    /// <summary>By rule. Only the watch asks, one look after the other.</summary>
    private readonly Dictionary<string, (DateTimeOffset At, IReadOnlyList<Measure> Costs)> _costs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>One measure for each thing that a rule watches.</summary>
    public async Task<IReadOnlyList<Measure>> ReadAsync(string name, AlertRule rule, DateTimeOffset now, CancellationToken cancellationToken) => rule.Kind switch
    {
        AlertKind.Failures => [await FailuresAsync(rule, now, cancellationToken)],
        AlertKind.DeadLetters => [await DeadLettersAsync(rule, now, cancellationToken)],
        AlertKind.OldestWaiting => [await OldestWaitingAsync(now, cancellationToken)],
        AlertKind.AccountPaused => await AccountsAsync(now, cancellationToken),
        AlertKind.UnseenTasks => await UnseenAsync(cancellationToken),
        AlertKind.ResultsUnwritable => [await ResultsAsync(now, cancellationToken)],
        AlertKind.CostP95 => await CostsAsync(name, rule, now, cancellationToken),
        var kind => throw new InvalidOperationException($"Nobody measures {kind}."),
    };

    private async Task<Measure> FailuresAsync(AlertRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = new FailureQuery { Since = now - rule.Window, Bucket = rule.Bucket, Provider = rule.Provider, TenantId = rule.Tenant };
        var count = await failures.CountAsync(query, cancellationToken);
        var whose = $"{(rule.Provider is { } provider ? $" at {provider}" : "")}{(rule.Tenant is { } tenant ? $" of tenant {tenant}" : "")}";
        return new(null, count, Text($"{count} failures{(rule.Bucket is { } bucket ? $" in the bucket {bucket}" : "")}{whose} within {rule.Window}"));
    }

    private async Task<Measure> DeadLettersAsync(AlertRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var count = await failures.CountAsync(new FailureQuery { Since = now - rule.Window, OnlyDeadLetters = true }, cancellationToken);
        return new(null, count, Text($"{count} dead letters within {rule.Window}"));
    }

    private async Task<Measure> OldestWaitingAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // The job may have begun to wait while this was asked.
        var waited = await jobs.OldestWaitingAsync(cancellationToken) is { } since && since < now ? now - since : TimeSpan.Zero;
        return new(null, (decimal)waited.TotalSeconds, Text($"The job that has waited for longest waits for {(long)waited.TotalSeconds} s"));
    }

    private async Task<IReadOnlyList<Measure>> AccountsAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Measure> measures = [];
        foreach (var name in configured.Value.Named.Keys)
        {
            // One for the rate needs nobody: the fleet does as it was told. One that has just run out is tried out by a call, and often begins anew: until then it is not over.
            var pause = (await accounts.GetAsync(name, cancellationToken)).Pause;
            measures.Add(pause is not null && pause.Bucket != FailureBucket.RateLimit && pause.Until > now - options.Value.Interval
                ? new(name, 1, Text($"Account {name} is paused for {pause.Bucket} since {pause.Since:u}"))
                : new(name, 0, $"Account {name} is open"));
        }

        return measures;
    }

    /// <summary>Of the tasks that are due next, which is soon: no look is put off for longer than the longest interval.</summary>
    private async Task<IReadOnlyList<Measure>> UnseenAsync(CancellationToken cancellationToken)
    {
        List<Measure> measures = [];
        foreach (var name in configured.Value.Named.Keys)
        {
            var next = await attempts.DueAsync(name, DateTimeOffset.MaxValue, UnseenAtMost, cancellationToken);
            var unseen = next.Count(attempt => attempt is { State: AttemptState.Live, Watch.FailedReads: > 0 });
            measures.Add(new(name, unseen, Text($"{unseen} tasks of account {name} can't be looked at")));
        }

        return measures;
    }

    private async Task<Measure> ResultsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        (await accounts.GetAsync(ResultsRoom.Record, cancellationToken)).Pause is { } pause && pause.Until > now - options.Value.Interval
            ? new(null, 1, Text($"{pause.Reason} Since {pause.Since:u}"))
            : new(null, 0, "Results can be stored");

    private async Task<IReadOnlyList<Measure>> CostsAsync(string name, AlertRule rule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_costs.TryGetValue(name, out var read) && now - read.At < CostsEvery)
        {
            return read.Costs;
        }

        var monday = new DateTimeOffset(ISOWeek.ToDateTime(ISOWeek.GetYear(now.UtcDateTime), ISOWeek.GetWeekOfYear(now.UtcDateTime), DayOfWeek.Monday), TimeSpan.Zero);
        var found = await costs.BetweenAsync(monday.AddDays(-7), now, rule.Tenant, cancellationToken);
        var weeks = CostGroup.Of(found.Where(cost => rule.Provider is null || cost.Provider == rule.Provider), cost => cost.At < monday ? "before" : "this");
        Measure[] measures = [.. weeks.GroupBy(week => week.Summary.Currency, StringComparer.Ordinal).Select(currency => Costs(rule, currency.Key, currency.ToDictionary(week => week.Group, week => week.Summary)))];
        _costs[name] = (now, measures);
        return measures;
    }

    private static Measure Costs(AlertRule rule, string currency, Dictionary<string, CostSummary> weeks)
    {
        var least = rule.LeastJobs ?? AlertRule.DefaultLeastJobs;
        if (!weeks.TryGetValue("before", out var before) || !weeks.TryGetValue("this", out var week) || before.Jobs - before.Unknown < least || week.Jobs - week.Unknown < least
            || before.P95 is not > 0 || week.P95 is null)
        {
            return new(currency, null, "");
        }

        var percent = (week.P95 - before.P95) / before.P95 * 100;
        var unknown = week.Unknown == 0 ? "" : Text($"; what {week.Unknown} of this week's {week.Jobs} jobs cost is unknown");
        return new(currency, percent, Text($"The P95 of what jobs cost is {week.P95} {currency} this week, after {before.P95} the week before: {percent:+0.0;-0.0;0.0} %{unknown}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What one look measured.</summary>
/// <param name="Subject">Of several things that the rule watches, this one.</param>
/// <param name="Value">In the unit of the kind; null: nothing is known, and nothing changes.</param>
/// <param name="Reason">It in words.</param>
internal sealed record Measure(string? Subject, decimal? Value, string Reason);
