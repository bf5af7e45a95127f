namespace Workers.Jobs.Alerts;

/// <summary>The alerts of this process.</summary>
internal sealed class InMemoryAlerts : IAlerts
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Alert> _alerts = new(StringComparer.Ordinal);

    public Task<IReadOnlyList<Alert>> AllAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<Alert>>([.. _alerts.Values]);
        }
    }

    public Task<bool> SaveAsync(Alert alert, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if ((_alerts.TryGetValue(alert.Id, out var there) ? there.Version : 0) != alert.Version - 1 || (there is not null && there.Generation != alert.Generation))
            {
                return Task.FromResult(false);
            }

            _alerts[alert.Id] = alert;
            return Task.FromResult(true);
        }
    }

    public Task MarkToldAsync(Alert alert, int number, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_alerts.TryGetValue(alert.Id, out var there) && there.Generation == alert.Generation && there.Untold.Any(change => change.Number == number))
            {
                _alerts[alert.Id] = there with { Version = there.Version + 1, Untold = [.. there.Untold.Where(change => change.Number != number)] };
            }
        }

        return Task.CompletedTask;
    }

    public Task RemoveAsync(Alert alert, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_alerts.TryGetValue(alert.Id, out var there) && (there.Generation, there.Version) == (alert.Generation, alert.Version))
            {
                _alerts.Remove(alert.Id);
            }
        }

        return Task.CompletedTask;
    }
}
