using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Costs;

/// <summary>What one job costs.</summary>
public static class JobCosts
{
    /// <summary>All settled attempts of a job together.</summary>
    public static JobCost Of(Job job) => new()
    {
        Estimated = job.Costs.Values.Sum(cost => cost.Estimated),
        Actual = job.Costs.Values.Sum(cost => cost.Actual),
        Currency = job.Currency,
    };
}
