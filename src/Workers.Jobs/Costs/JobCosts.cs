using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Costs;

/// <summary>What one job costs.</summary>
public static class JobCosts
{
    /// <summary>As the event of its present step tells it.</summary>
    public static JobCost Told(Job job) => job.ToldCost ?? Of(job);

    /// <summary>All settled attempts of a job together.</summary>
    public static JobCost Of(Job job) => new()
    {
        Estimated = job.Costs.Values.Sum(cost => cost.Estimated),
        Actual = job.Costs.Values.Sum(cost => cost.Actual ?? 0),
        Unknown = job.Costs.Values.Count(cost => cost.Actual is null) is > 0 and var unknown ? unknown : null,
        Currency = job.Currency,
    };
}
