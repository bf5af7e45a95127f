using System.Runtime.ExceptionServices;
using MassTransit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Providers;

namespace Workers.Jobs.Alerts;

/// <summary>
/// Looks at the rules of the alerts, and tells the log and upstream what begins to fire and what is resolved. Of several processes the one that saved a change tells it; what was saved and not
/// told within a look is told by any of them, with the same message id.
/// </summary>
internal sealed partial class AlertWatch(
    IAlerts alerts,
    AlertReadings readings,
    IBus bus,
    IOptions<AlertOptions> options,
    Chance chance,
    TimeProvider time,
    ILogger<AlertWatch> logger) : RecurringRole(options.Value.Interval, time)
{
    private readonly AlertJudge _judge = new(options.Value.Interval);

    /// <summary>The changes that this process has logged, and whose message is not confirmed yet: while the broker is away they are told again at each look, and logged once.</summary>
    private readonly HashSet<(Guid Generation, int Number)> _logged = [];

    protected override async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await alerts.AllAsync(cancellationToken)).ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        var looked = new HashSet<string>(StringComparer.Ordinal);
        List<Alert> untold = [];
        ExceptionDispatchInfo? missed = null;
        foreach (var (name, rule) in options.Value.Rules.Where(rule => rule.Value.Enabled).OrderBy(rule => rule.Key, StringComparer.Ordinal))
        {
            try
            {
                await LookAsync(name, rule, known, looked, untold, now, cancellationToken);
            }
#pragma warning disable CA1031 // What one rule is about can't be read: the others are looked at, and the fault is told in the end.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                missed ??= ExceptionDispatchInfo.Capture(fault);
                looked.UnionWith(known.Values.Where(alert => alert.Rule == name).Select(alert => alert.Id));
            }
        }

        foreach (var alert in known.Values.Where(alert => !looked.Contains(alert.Id)))
        {
            await PutAwayAsync(alert, untold, now, cancellationToken);
        }

        // Whoever saved these a look ago, or longer, has not told them.
        var late = known.Values.Where(alert => alert.Untold is [var oldest, ..] && now - oldest.At >= options.Value.Interval).ExceptBy(untold.Select(alert => alert.Id), alert => alert.Id);
        foreach (var alert in untold.Concat(late.ToList()))
        {
            await TellAsync(alert, cancellationToken);
        }

        missed?.Throw();
    }

    private async Task LookAsync(
        string name, AlertRule rule, Dictionary<string, Alert> known, HashSet<string> looked, List<Alert> untold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var measure in await readings.ReadAsync(name, rule, now, cancellationToken))
        {
            var was = known.GetValueOrDefault(AlertJudge.IdOf(name, measure.Subject));
            looked.Add(AlertJudge.IdOf(name, measure.Subject));
            if (measure.Value is not null)
            {
                await SaveAsync(_judge.Judge(name, rule, measure, was, now, chance.NextGuid), was, untold, cancellationToken);
            }
        }
    }

    private async Task PutAwayAsync(Alert was, List<Alert> untold, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (_judge.Gone(was, now) is not { } alert)
        {
            return;
        }

        if (alert.Untold.Count == 0)
        {
            await alerts.RemoveAsync(was, cancellationToken);
        }
        else if (was.State == AlertState.Firing)
        {
            await SaveAsync(alert, was, untold, cancellationToken);
        }
    }

    /// <summary>Who loses the race leaves it to the winner: it has looked at the same time.</summary>
    private async Task SaveAsync(Alert alert, Alert? was, List<Alert> untold, CancellationToken cancellationToken)
    {
        if (await alerts.SaveAsync(alert, cancellationToken) && alert.Changes > (was?.Changes ?? 0))
        {
            untold.Add(alert);
        }
    }

    private async Task TellAsync(Alert alert, CancellationToken cancellationToken)
    {
        foreach (var change in alert.Untold)
        {
            if (_logged.Add((alert.Generation, change.Number)))
            {
                Log(alert, change);
            }

            await PublishAsync(alert, change, cancellationToken);
            await alerts.MarkToldAsync(alert, change.Number, cancellationToken);
            _logged.Remove((alert.Generation, change.Number));
        }
    }

    private Task PublishAsync(Alert alert, AlertChange change, CancellationToken cancellationToken)
    {
        return change.State == AlertState.Firing
            ? PublishAsync(new AlertFiring
            {
                Rule = alert.Rule,
                Kind = alert.Kind,
                Subject = alert.Subject,
                TenantId = change.TenantId,
                Level = change.Level,
                Value = change.Value,
                Limit = change.Limit,
                Reason = change.Reason,
                At = change.At,
            })
            : PublishAsync(new AlertResolved
            {
                Rule = alert.Rule,
                Kind = alert.Kind,
                Subject = alert.Subject,
                TenantId = change.TenantId,
                Level = change.Level,
                Value = change.Value,
                Limit = change.Limit,
                Reason = change.Reason,
                FiredAt = change.FiredAt,
                At = change.At,
            });

        Task PublishAsync<T>(T message)
            where T : class =>
            bus.Publish(message, publish => publish.MessageId = JobIdentity.MessageId(alert.Generation, change.Number, typeof(T).Name), cancellationToken);
    }

    private void Log(Alert alert, AlertChange change)
    {
        if (change.State == AlertState.Firing)
        {
            LogFiring(change.Level == AlertLevel.Error ? LogLevel.Error : LogLevel.Warning, alert.Id, change.Reason, change.Value, change.Limit, change.TenantId, change.At);
        }
        else
        {
            LogResolved(alert.Id, change.At - change.FiredAt, change.Reason, change.Value, change.Limit, change.TenantId);
        }
    }

    [LoggerMessage(EventId = 5101, Message = "Alert {Alert} fires since {At}: {Reason} (value {Value}, limit {Limit}, tenant {TenantId})")]
    private partial void LogFiring(LogLevel level, string alert, string reason, decimal value, decimal limit, string? tenantId, DateTimeOffset at);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Information, Message = "Alert {Alert} is resolved after {After}: {Reason} (value {Value}, limit {Limit}, tenant {TenantId})")]
    private partial void LogResolved(string alert, TimeSpan after, string reason, decimal value, decimal limit, string? tenantId);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Warning, Message = "What the alerts are about could not be read, or a change not be told; the next look tries again")]
    protected override partial void LogFailed(Exception fault);
}
