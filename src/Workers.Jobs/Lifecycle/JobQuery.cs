using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>Which jobs are meant; what is not given does not matter.</summary>
public sealed record JobQuery
{
    public string? TenantId { get; init; }

    /// <summary>The present state, one of <see cref="JobLifecycle"/>.</summary>
    public string? State { get; init; }

    public Phase? Phase { get; init; }

    /// <summary>The cause of the present trouble.</summary>
    public FailureBucket? Bucket { get; init; }

    /// <summary>Submitted at this time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>As <see cref="JobIdentity.UserHash"/> makes it.</summary>
    public string? UserHash { get; init; }

    /// <summary>The states that <see cref="State"/> and <see cref="Phase"/> leave; null: any.</summary>
    public IReadOnlyList<string>? States => (State, Phase) switch
    {
        (null, null) => null,
        ({ } state, null) => [state],
        ({ } state, { } phase) => JobSteps.PhaseOf(state) == phase ? [state] : [],
        (null, { } phase) => [.. AllStates.Where(state => JobSteps.PhaseOf(state) == phase)],
    };

    /// <summary>Every state that a stored job can be in.</summary>
    public static IReadOnlyList<string> AllStates { get; } =
    [
        nameof(JobLifecycle.Waiting), nameof(JobLifecycle.Submitting), nameof(JobLifecycle.Running), nameof(JobLifecycle.Retrieving), nameof(JobLifecycle.Cancelling),
        nameof(JobLifecycle.Blocked), nameof(JobLifecycle.Succeeded), nameof(JobLifecycle.Failed), nameof(JobLifecycle.Cancelled),
    ];

    /// <summary>Where a page that ends with this job ends: neither its submission nor its id ever changes.</summary>
    public static PagePosition PositionOf(Job job) => new(job.SubmittedAt, job.CorrelationId);
}
