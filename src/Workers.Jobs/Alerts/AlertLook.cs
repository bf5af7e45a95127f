using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using Workers.Providers;

namespace Workers.Jobs.Alerts;

/// <summary>
/// One look at all rules: measure, judge, save, tell. Of several processes the one that saved a change tells it; what was saved and not told a look later is told by any of them.
/// </summary>
internal sealed class AlertLook(IAlerts alerts, AlertReadings readings, AlertTeller teller, IOptions<AlertOptions> options, Chance chance)
{
    private readonly AlertJudge _judge = new(options.Value.Interval);

    public async Task LookAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await alerts.AllAsync(cancellationToken)).ToDictionary(alert => alert.Id, StringComparer.Ordinal);
        List<string> seen = [];
        List<Alert> changed = [];
        ExceptionDispatchInfo? missed = null;
        foreach (var (name, rule) in options.Value.Rules.Where(rule => rule.Value.Enabled).OrderBy(rule => rule.Key, StringComparer.Ordinal))
        {
            try
            {
                foreach (var measure in await readings.ReadAsync(name, rule, now, cancellationToken))
                {
                    var was = known.GetValueOrDefault(AlertJudge.IdOf(name, measure.Subject));
                    seen.Add(AlertJudge.IdOf(name, measure.Subject));
                    if (measure.Value is not null && await SaveAsync(_judge.Judge(name, rule, measure, was, now, chance.NextGuid), was, cancellationToken) is { } change)
                    {
                        changed.Add(change);
                    }
                }
            }
#pragma warning disable CA1031 // What one rule is about can't be read: nothing is known of it, the others are looked at, and the fault is told in the end.
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                missed ??= ExceptionDispatchInfo.Capture(fault);
                seen.AddRange(known.Values.Where(alert => alert.Rule == name).Select(alert => alert.Id));
            }
        }

        foreach (var alert in known.Values.ExceptBy(seen, alert => alert.Id))
        {
            if (await PutAwayAsync(alert, now, cancellationToken) is { } change)
            {
                changed.Add(change);
            }
        }

        // Whoever saved these a look ago, or longer, has not told them.
        var late = known.Values.Where(alert => alert.Untold is [var oldest, ..] && now - oldest.At >= options.Value.Interval).ExceptBy(changed.Select(alert => alert.Id), alert => alert.Id);
        foreach (var alert in changed.Concat(late))
        {
            await teller.TellAsync(alert, cancellationToken);
        }

        missed?.Throw();
    }

    /// <summary>The alert, if it was this call that changed it: who loses the race leaves it to the winner, who has looked at the same time.</summary>
    private async Task<Alert?> SaveAsync(Alert alert, Alert? was, CancellationToken cancellationToken) =>
        await alerts.SaveAsync(alert, cancellationToken) && alert.Changes > (was?.Changes ?? 0) ? alert : null;

    /// <summary>What nobody watches any more is resolved, and goes once that is told.</summary>
    private async Task<Alert?> PutAwayAsync(Alert was, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!_judge.IsGone(was, now))
        {
            return null;
        }

        if (was.State == AlertState.Firing)
        {
            return await SaveAsync(AlertJudge.Resolve(was, now), was, cancellationToken);
        }

        if (was.Untold.Count == 0)
        {
            await alerts.RemoveAsync(was, cancellationToken);
        }

        return null;
    }
}
