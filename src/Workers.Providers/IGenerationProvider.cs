using Workers.Contracts;

namespace Workers.Providers;

/// <summary>An API that does jobs: submit, check status, fetch the result.</summary>
/// <remarks>
/// Every expected answer is a value. What is thrown: <see cref="OperationCanceledException"/> when the caller's token is cancelled, and
/// <see cref="ProviderUnavailableException"/> from <see cref="GetAsync"/>, <see cref="ListAsync(string, IReadOnlyList{string}, CancellationToken)"/> and <see cref="CancelAsync"/> when the
/// provider could not be asked after the retries of the HTTP layer; <see cref="CreateAsync"/> reports even that as a value, since what is known of
/// a lost call decides whether it may be made again.
/// </remarks>
public interface IGenerationProvider
{
    /// <summary>The name that submissions and options use, in lower case.</summary>
    string Name { get; }

    /// <summary>The numbers of this API that the fleet plans with.</summary>
    ProviderLimits Limits { get; }

    /// <summary>Judges shape and expectations of an input without a network: what is returned would be refused, or would waste money.</summary>
    /// <param name="input">The input as submitted.</param>
    /// <param name="expect">What the job calls success, or null.</param>
    IReadOnlyList<InputFault> Check(JobInput input, ResultExpectation? expect);

    /// <summary>Judges what is known of the references once they were asked for.</summary>
    /// <param name="input">The input as submitted.</param>
    /// <param name="facts">One entry per reference of the input, in its order; null where it was not asked for (the provider's own assets).</param>
    IReadOnlyList<InputFault> CheckReferences(JobInput input, IReadOnlyList<ReferenceFacts?> facts);

    /// <summary>Whether this reference lies at the provider itself, so that nobody else can ask for it.</summary>
    bool IsOwnAsset(Reference reference);

    /// <summary>What the task will probably cost. Its price for other numbers of tokens (<see cref="TaskPrice.ForTokens"/>) is what a task of this input does cost.</summary>
    TaskPrice Estimate(JobInput input, string account);

    /// <summary>Asks for a task, once: nothing below this call tries again.</summary>
    Task<CreateOutcome> CreateAsync(CreateTask request, CancellationToken cancellationToken);

    /// <summary>Reads one task; null when the provider knows none of this id.</summary>
    Task<ProviderTask?> GetAsync(string account, string taskId, CancellationToken cancellationToken);

    /// <summary>Reads up to <see cref="ProviderLimits.IdsPerList"/> tasks in one call. Tasks that the provider does not know are absent.</summary>
    Task<TaskPage> ListAsync(string account, IReadOnlyList<string> taskIds, CancellationToken cancellationToken);

    /// <summary>The same, saying of which model they are: some keys may list nothing else. Every task is of this model.</summary>
    Task<TaskPage> ListAsync(string account, string model, IReadOnlyList<string> taskIds, CancellationToken cancellationToken) => ListAsync(account, taskIds, cancellationToken);

    /// <summary>Reads one page of everything that the account asked of a model, from page 1, <see cref="ProviderLimits.TasksPerPage"/> to a page.</summary>
    Task<TaskPage> BrowseAsync(string account, string model, int page, CancellationToken cancellationToken);

    /// <summary>
    /// Whether the account is let in, by the cheapest call there is: false where that is refused as a create of a closed account would be, null where it can't be told. Expected
    /// answers only; never throws for a provider that is away.
    /// </summary>
    Task<bool?> IsWelcomeAsync(string account, string model, CancellationToken cancellationToken) => Task.FromResult<bool?>(null);

    /// <summary>The same of everything that the account asked, whatever the model: what is not there, no filter hides.</summary>
    /// <exception cref="ProviderUnavailableException">Also where the provider wants the model named; then it is <see cref="LookRefusal.NotAllowed"/>.</exception>
    Task<TaskPage> BrowseAllAsync(string account, int page, CancellationToken cancellationToken) => throw new ProviderUnavailableException(new ProviderFailure
    {
        Bucket = FailureBucket.Unknown,
        Disposition = Disposition.Retry,
        Code = "NoWholeList",
        Reason = "The provider has no list of all models.",
        Fix = "Nothing: the models are listed one by one.",
    })
    {
        Refusal = LookRefusal.NotAllowed,
    };

    /// <summary>What a task for this input will look like at the provider.</summary>
    TaskIntent Intent(JobInput input, long fingerprint);

    /// <summary>Whether a task may have come from an attempt, by everything but the time of its creation.</summary>
    bool Matches(ProviderTask task, TaskIntent intent);

    /// <summary>Asks the provider to drop a task that has not begun. Never call it for a task that may have ended: some APIs erase the record.</summary>
    Task<CancelOutcome> CancelAsync(string account, string taskId, CancellationToken cancellationToken);
}

/// <summary>The provider could not be asked, or did not answer in a usable way. Trying later is safe: only reads and cancels throw this.</summary>
public sealed class ProviderUnavailableException(ProviderFailure failure, Exception? inner = null)
    : Exception($"{failure.Bucket}: {failure.Reason}", inner)
{
    public ProviderFailure Failure { get; } = failure;

    /// <summary>Whether it is this way of looking that is refused, so that another may do better.</summary>
    public LookRefusal Refusal { get; init; }
}

/// <summary>What a read that failed says of its way of looking.</summary>
public enum LookRefusal
{
    /// <summary>Nothing: the same may be answered later.</summary>
    None,

    /// <summary>The provider has no such call.</summary>
    NotOffered,

    /// <summary>The key may not look like this, or the provider does not understand it.</summary>
    NotAllowed,
}

/// <summary>The numbers of a provider's API that the fleet plans with.</summary>
public sealed record ProviderLimits
{
    /// <summary>How many tasks one list call may name.</summary>
    public required int IdsPerList { get; init; }

    /// <summary>How many tasks a page of <see cref="IGenerationProvider.BrowseAsync"/> holds.</summary>
    public required int TasksPerPage { get; init; }

    /// <summary>The least time between the answer to one list call and the next call, per account.</summary>
    public required TimeSpan ListInterval { get; init; }

    /// <summary>The least time between two calls for one task each, per account. Default 0.1 s.</summary>
    public TimeSpan GetInterval { get; init; } = TimeSpan.FromSeconds(0.1);

    /// <summary>How long after its creation lists have a task. Default 7 days.</summary>
    public TimeSpan ListedFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Smallest value of the echoed field that tells attempts apart.</summary>
    public required long FirstFingerprint { get; init; }

    /// <summary>Largest value of the echoed field that tells attempts apart.</summary>
    public required long LastFingerprint { get; init; }

    /// <summary>A value in between that the provider gives to whoever does not ask for one, and that is never dealt.</summary>
    public required long DefaultFingerprint { get; init; }

    /// <summary>The fingerprint of an account's attempt with this serial number: all that there are, one after the other.</summary>
    public long Fingerprint(long serial)
    {
        var dealt = FirstFingerprint + (serial % (LastFingerprint - FirstFingerprint));
        return dealt < DefaultFingerprint ? dealt : dealt + 1;
    }

    /// <summary>After this long since its creation a task is settled in any case: it has ended, or has expired unbilled.</summary>
    public required TimeSpan TaskLifetime { get; init; }

    /// <summary>How long after its task's end an output can be had; what is refused before that may yet come. 24 hours unless the provider says otherwise.</summary>
    public TimeSpan OutputLifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long after its creation a task may be missing from lists and reads although it exists.</summary>
    public required TimeSpan VisibilityLag { get; init; }
}
