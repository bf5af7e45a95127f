using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;
using Workers.Providers.Accounts;

namespace Workers.Jobs.Telemetry;

/// <summary>
/// Reads the fleet's levels from its stores every fifteen seconds, so that being asked for metrics asks nothing of a store. They are of the whole fleet, and each process with the role lifecycle
/// tells the same: take the largest, not the sum.
/// </summary>
internal sealed partial class FleetGauges : RecurringRole
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly IJobs _jobs;
    private readonly IAttempts _attempts;
    private readonly IAccounts _accounts;
    private readonly AccountsOptions _configured;
    private readonly ILogger<FleetGauges> _logger;

    /// <summary>Replaced as a whole; null until the first look.</summary>
    private volatile Levels? _levels;

    public FleetGauges(
        IJobs jobs, IAttempts attempts, IAccounts accounts, IOptions<AccountsOptions> configured, IMeterFactory meters, TimeProvider time, ILogger<FleetGauges> logger)
        : base(Interval, time)
    {
        (_jobs, _attempts, _accounts, _configured, _logger) = (jobs, attempts, accounts, configured.Value, logger);
#pragma warning disable CA2000 // It is the factory's, and goes with it.
        var meter = meters.Create(FleetMetrics.MeterName);
#pragma warning restore CA2000
        meter.CreateObservableGauge("workers.jobs", States, "{job}", "Jobs in each state but the terminal ones");
        meter.CreateObservableGauge("workers.jobs.waiting.age", () => One(levels => levels.OldestWait), "s", "How long the job waits that has waited for longest");
        meter.CreateObservableGauge("workers.attempts.due", () => One(levels => levels.Due), "{attempt}", "Attempts that a round should have looked at by now");
        meter.CreateObservableGauge("workers.account.slots.used", () => OfAccounts(account => account.InFlight), "{task}", "Tasks that an account has at its provider, or may have");
        meter.CreateObservableGauge("workers.account.slots.limit", () => OfAccounts(account => _configured.Named[account.Name].TasksInFlight), "{task}", "Tasks that it may have");
        meter.CreateObservableGauge(
            "workers.account.creates.limit", () => OfAccounts(account => _configured.Named[account.Name].CreatesPerMinute), "{create}/min", "Calls for a task that an account may make a minute");
        meter.CreateObservableGauge("workers.account.paused", () => OfAccounts(account => account.Pause?.Until > _levels!.At ? 1 : 0), "1", "1 while an account is paused");
    }

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var jobs = await _jobs.CountLiveAsync(cancellationToken);
        var oldest = await _jobs.OldestWaitingAsync(cancellationToken);
        var due = await _attempts.CountDueAsync(now, cancellationToken);
        List<Account> accounts = [];
        foreach (var name in _configured.Named.Keys)
        {
            accounts.Add(await _accounts.GetAsync(name, cancellationToken));
        }

        _levels = new Levels(now, jobs, oldest is { } since ? (now - since).TotalSeconds : 0, due, accounts);
    }

    /// <summary>A state without a job is told as such: a level that is not told seems to stay.</summary>
    private IEnumerable<Measurement<long>> States() => _levels is not { } levels
        ? []
        : JobQuery.AllStates.Where(state => JobSteps.PhaseOf(state) != Contracts.Phase.Terminal)
            .Select(state => new Measurement<long>(levels.Jobs.GetValueOrDefault(state), new KeyValuePair<string, object?>("state", state)));

    private IEnumerable<Measurement<double>> One(Func<Levels, double> level) => _levels is { } levels ? [new(level(levels))] : [];

    private IEnumerable<Measurement<int>> OfAccounts(Func<Account, int> level) => _levels is not { } levels
        ? []
        : levels.Accounts.Select(account => new Measurement<int>(level(account), new KeyValuePair<string, object?>("account", account.Name)));

    [LoggerMessage(EventId = 1050, Level = LogLevel.Warning, Message = "The fleet's levels could not be read; the next look tries again")]
    protected override partial void LogFailed(Exception fault);

    /// <summary>What one look has found.</summary>
    private sealed record Levels(DateTimeOffset At, IReadOnlyDictionary<string, long> Jobs, double OldestWait, double Due, IReadOnlyList<Account> Accounts);
}
