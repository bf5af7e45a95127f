using System.Globalization;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Costs;

/// <summary>Fills in what a task costs of which its provider did not say it when it ended. What was known is never changed.</summary>
internal sealed class CostFilling(IJobs jobs, IAttempts attempts, ICosts costs, IAudit audit, TimeProvider time)
{
    /// <summary>Writes of the job that may come between ours: there are few, and each try reads it anew.</summary>
    private const int Tries = 10;

    /// <summary>By hand, and into the audit.</summary>
    /// <param name="job">Whose attempt.</param>
    /// <param name="number">Which, from 1.</param>
    /// <param name="amountOf">The amount in the attempt's currency.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The amount and its currency; or why nothing was filled in.</returns>
    public async Task<(string? Refusal, decimal Amount, string Currency)> FillAsync(
        Job job, int number, Func<Attempt, decimal> amountOf, string actor, CancellationToken cancellationToken)
    {
        var id = new AttemptId(job.CorrelationId, job.Generation, number);
        if (await attempts.FindAsync(id, cancellationToken) is not { } attempt)
        {
            return ($"The job has no attempt {number}.", 0, job.Currency);
        }

        if (attempt.End is null || attempt.ActualCost is not null)
        {
            var known = attempt.End is null ? "Its task has not ended" : $"The provider said it: {attempt.ActualCost} {attempt.Estimate.Currency}";
            return ($"There is nothing to fill in of attempt {number}. {known}.", 0, attempt.Estimate.Currency);
        }

        var (amount, now) = (amountOf(attempt), time.Now());
        await FillAsync(attempt, amount, cancellationToken);
        await audit.AppendAsync(
            new AuditEntry
            {
                Id = Guid.CreateVersion7(now),
                At = now,
                Actor = actor,
                Action = AuditAction.CostFilled,
                TenantId = job.TenantId,
                JobId = job.CorrelationId,
                Details = new Dictionary<string, string>
                {
                    ["attempt"] = number.ToString(CultureInfo.InvariantCulture),
                    ["amount"] = amount.ToString(CultureInfo.InvariantCulture),
                    ["currency"] = attempt.Estimate.Currency,
                },
            },
            cancellationToken);
        return (null, amount, attempt.Estimate.Currency);
    }

    /// <summary>The record of the cost first, then the job, which may have gone.</summary>
    /// <returns>The job as it stands then, or null where it is not there, or would not be written.</returns>
    public async Task<Job?> FillAsync(Attempt attempt, decimal amount, CancellationToken cancellationToken)
    {
        await costs.RecordAsync([CostRecord.Of(attempt) with { Actual = amount }], cancellationToken);
        for (var number = 1; number <= Tries; number++)
        {
            if (await jobs.FindAsync(attempt.Id.JobId, cancellationToken) is not { } job || job.Generation != attempt.Id.Generation)
            {
                return null;
            }

            if (!job.Costs.TryGetValue(attempt.Id.Number, out var cost) || cost.Actual == amount)
            {
                return job;
            }

            Fill(job, attempt.Id.Number, cost with { Actual = amount });
            if (await jobs.ReplaceAsync(job, cancellationToken))
            {
                return job;
            }
        }

        return null;
    }

    /// <summary>An event that was told, or may be told again, says the cost as it was then.</summary>
    private static void Fill(Job job, int number, AttemptCost cost)
    {
        if (JobSteps.PhaseOf(job.State) != Contracts.Phase.InProgress)
        {
            job.ToldCost ??= JobCosts.Of(job);
        }

        job.Costs = new Dictionary<int, AttemptCost>(job.Costs) { [number] = cost };
        job.Version++;
    }
}
