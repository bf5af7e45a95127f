using Workers.Jobs.Submission;

namespace Workers.Jobs.Costs;

/// <summary>What tasks cost, a record for each attempt whose task has ended. They are kept for longer than jobs are, so that weeks can be compared.</summary>
public interface ICosts
{
    /// <summary>
    /// Puts attempts on record; one that is there already is replaced, since an end that was unclear may become clear, but never by one whose cost is unknown: it was filled in
    /// meanwhile. Safe to repeat.
    /// </summary>
    Task RecordAsync(IReadOnlyList<CostRecord> costs, CancellationToken cancellationToken);

    /// <summary>The records of tasks that ended within a time, in no order.</summary>
    /// <param name="since">The first moment that counts.</param>
    /// <param name="until">The first moment that no longer counts.</param>
    /// <param name="tenant">Whose; null: everybody's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    Task<IReadOnlyList<CostRecord>> BetweenAsync(DateTimeOffset since, DateTimeOffset until, string? tenant, CancellationToken cancellationToken);

    /// <summary>Removes those of tasks that ended before a time.</summary>
    Task RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>What one attempt was expected to cost and did cost. No content, and no user.</summary>
public sealed record CostRecord
{
    public required AttemptId Id { get; init; }
    public required string TenantId { get; init; }
    public required string Provider { get; init; }
    public required string Account { get; init; }

    /// <summary>The provider's model id.</summary>
    public required string Model { get; init; }

    /// <summary>When the task ended, by the provider's clock: its bill is of that day.</summary>
    public required DateTimeOffset At { get; init; }

    public required decimal Estimated { get; init; }

    /// <summary>0 of a task that is not billed; null: the provider does not say.</summary>
    public required decimal? Actual { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Of an attempt whose task has ended.</summary>
    public static CostRecord Of(Attempt attempt) => new()
    {
        Id = attempt.Id,
        TenantId = attempt.TenantId,
        Provider = attempt.Provider,
        Account = attempt.Account,
        Model = attempt.Intent.Model,
        At = attempt.End!.TaskEndedAt,
        Estimated = attempt.Estimate.Amount,
        Actual = attempt.ActualCost,
        Currency = attempt.Estimate.Currency,
    };
}
