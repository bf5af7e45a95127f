using Workers.Jobs.Submission;

namespace Workers.Jobs.Costs;

/// <summary>The records of costs in this process.</summary>
internal sealed class InMemoryCosts : ICosts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AttemptId, CostRecord> _costs = [];

    public Task RecordAsync(IReadOnlyList<CostRecord> costs, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var cost in costs)
            {
                if (cost.Actual is not null || !_costs.ContainsKey(cost.Id))
                {
                    _costs[cost.Id] = cost;
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<CostRecord>> BetweenAsync(DateTimeOffset since, DateTimeOffset until, string? tenant, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<CostRecord>>([.. _costs.Values.Where(cost => cost.At >= since && cost.At < until && (tenant is null || cost.TenantId == tenant))]);
        }
    }

    public Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var old in _costs.Values.Where(cost => cost.At < before).ToList())
            {
                _costs.Remove(old.Id);
            }
        }

        return Task.CompletedTask;
    }
}
