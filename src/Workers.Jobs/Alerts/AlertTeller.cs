using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Alerts;

/// <summary>Tells the log and upstream what was changed, in its order: the same message id and content for the same change, however often.</summary>
internal sealed partial class AlertTeller(IAlerts alerts, IBus bus, ILogger<AlertTeller> logger)
{
    /// <summary>What this process has logged, and whose message is not confirmed yet: while the broker is away a change is told again at each look, and logged once. Only the watch asks.</summary>
    private readonly HashSet<(Guid Generation, int Number)> _logged = [];

    public async Task TellAsync(Alert alert, CancellationToken cancellationToken)
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
        return change.State == AlertState.Firing ? SendAsync(Firing(alert, change)) : SendAsync(Resolved(alert, change));

        Task SendAsync<T>(T message)
            where T : class =>
            bus.Publish(message, publish => publish.MessageId = JobIdentity.MessageId(alert.Generation, change.Number, typeof(T).Name), cancellationToken);
    }

    private static AlertFiring Firing(Alert alert, AlertChange change) => new()
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
    };

    private static AlertResolved Resolved(Alert alert, AlertChange change) => new()
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
    };

    private void Log(Alert alert, AlertChange change)
    {
        if (change.State == AlertState.Firing)
        {
            LogFiring(change.Level == AlertLevel.Error ? LogLevel.Error : LogLevel.Warning, alert.Id, change.At, change.Reason, change.Value, change.Limit, change.TenantId);
        }
        else
        {
            LogResolved(alert.Id, change.At - change.FiredAt, change.Reason, change.Value, change.Limit, change.TenantId);
        }
    }

    [LoggerMessage(EventId = 5101, Message = "Alert {Alert} fires since {At}: {Reason} (value {Value}, limit {Limit}, tenant {TenantId})")]
    private partial void LogFiring(LogLevel level, string alert, DateTimeOffset at, string reason, decimal value, decimal limit, string? tenantId);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Information, Message = "Alert {Alert} is resolved after {After}: {Reason} (value {Value}, limit {Limit}, tenant {TenantId})")]
    private partial void LogResolved(string alert, TimeSpan after, string reason, decimal value, decimal limit, string? tenantId);
}
