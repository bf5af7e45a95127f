using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs.Polling;

/// <summary>What a look has shown of one task.</summary>
internal abstract record Sight
{
    /// <param name="Task">As the provider has it.</param>
    /// <param name="RequestId">Our id of the call that showed it; empty: its line in the log has it.</param>
    public sealed record Seen(ProviderTask Task, string RequestId = "") : Sight;

    /// <summary>A list did not have it.</summary>
    public sealed record NotListed : Sight;

    /// <summary>A list names it more than once, and not alike.</summary>
    public sealed record Contradicted : Sight;

    /// <summary>Asked for the task itself, the provider knew none of this id.</summary>
    public sealed record Unknown : Sight;

    /// <summary>There was no answer.</summary>
    public sealed record Failed(ProviderFailure Failure) : Sight;
}

/// <summary>Looks at the tasks of an account in the way that works there: in one list, in a list for each model, or one by one within the account's rate.</summary>
internal sealed partial class TaskLooks(LookWays ways, TimeProvider time, ILogger<TaskLooks> logger)
{
    /// <summary>Looks at single tasks that fail in a row, after which the others of a round wait for the next.</summary>
    private const int Patience = 3;

    /// <param name="provider">The account's provider.</param>
    /// <param name="account">Whose tasks.</param>
    /// <param name="live">Attempts with a task, at least one.</param>
    /// <param name="cancellationToken">Ends the look.</param>
    public async Task<Look> LookAsync(IGenerationProvider provider, string account, IReadOnlyList<Attempt> live, CancellationToken cancellationToken)
    {
        Dictionary<AttemptId, Sight> sights = [];
        var way = ways.Of(account, time.Now());
        ProviderFailure? refused = null;
        if (way == LookWay.List && await ListAsync(provider, account, model: null, live, sights, cancellationToken) is { } fault)
        {
            refused = fault.Failure;
            if (ways.After(account, way, fault.Refusal) is not { } next)
            {
                return new Look(sights, Refused: null);
            }

            way = next;
            await Task.Delay(provider.Limits.ListInterval, time, cancellationToken);
        }

        if (way == LookWay.ListByModel)
        {
            way = await ListByModelAsync(provider, account, live, sights, cancellationToken);
        }
        else if (way == LookWay.Get)
        {
            await GetAsync(provider, account, live, sights, cancellationToken);
        }

        var works = sights.Values.Any(sight => sight is not Sight.Failed);
        if (works && ways.Worked(account, way, time.Now()))
        {
            LogWay(account, Word(way), refused?.Code ?? "-");
            return new Look(sights, refused);
        }

        return new Look(sights, Refused: null);
    }

    /// <summary>Looks at one task by itself.</summary>
    public static async Task<Sight> GetAsync(IGenerationProvider provider, Attempt attempt, CancellationToken cancellationToken)
    {
        var (task, fault) = await provider.AskAsync(api => api.GetAsync(attempt.Account, attempt.TaskId!, cancellationToken), cancellationToken);
        FleetMetrics.Looked(attempt.Account, Word(LookWay.Get), Outcome(fault));
        return fault is not null ? new Sight.Failed(fault.Failure) : task is not null ? new Sight.Seen(task) : new Sight.Unknown();
    }

    private async Task<LookWay> ListByModelAsync(
        IGenerationProvider provider, string account, IReadOnlyList<Attempt> live, Dictionary<AttemptId, Sight> sights, CancellationToken cancellationToken)
    {
        List<Attempt> refused = [];
        var models = live.GroupBy(attempt => attempt.Intent.Model, StringComparer.Ordinal).ToList();
        foreach (var (index, ofModel) in models.Index())
        {
            if (index > 0)
            {
                await Task.Delay(provider.Limits.ListInterval, time, cancellationToken);
            }

            Attempt[] attempts = [.. ofModel];
            if (await ListAsync(provider, account, ofModel.Key, attempts, sights, cancellationToken) is { } fault && ways.After(account, LookWay.ListByModel, fault.Refusal) is LookWay.Get)
            {
                refused.AddRange(attempts);
            }
        }

        await GetAsync(provider, account, refused, sights, cancellationToken);
        return refused.Count < live.Count ? LookWay.ListByModel : LookWay.Get;
    }

    /// <returns>Why there was no list; then each of them counts as failed, until another way shows it.</returns>
    private async Task<ProviderUnavailableException?> ListAsync(
        IGenerationProvider provider, string account, string? model, IReadOnlyList<Attempt> live, Dictionary<AttemptId, Sight> sights, CancellationToken cancellationToken)
    {
        string[] ids = [.. live.Select(attempt => attempt.TaskId!)];
        var (page, fault) = await provider.AskAsync(
            api => model is null ? api.ListAsync(account, ids, cancellationToken) : api.ListAsync(account, model, ids, cancellationToken), cancellationToken);
        FleetMetrics.Looked(account, Word(model is null ? LookWay.List : LookWay.ListByModel), Outcome(fault));
        if (page is null)
        {
            LogListFailed(account, fault!.Failure.Bucket, fault.Failure.Code);
        }
        else
        {
            FleetMetrics.Listed(account, live.Count);
        }

        var listed = page?.Tasks.ToLookup(task => task.TaskId, StringComparer.Ordinal);
        foreach (var attempt in live)
        {
            sights[attempt.Id] = listed is null ? new Sight.Failed(fault!.Failure) : Of([.. listed[attempt.TaskId!]], page!.RequestId);
        }

        return fault;
    }

    private static Sight Of(ProviderTask[] listed, string requestId) => listed switch
    {
        [] => new Sight.NotListed(),
        [var first, .. var others] => Array.TrueForAll(others, other => other.Status == first.Status) ? new Sight.Seen(first, requestId) : new Sight.Contradicted(),
    };

    private async Task GetAsync(IGenerationProvider provider, string account, IReadOnlyList<Attempt> live, Dictionary<AttemptId, Sight> sights, CancellationToken cancellationToken)
    {
        var failed = 0;
        foreach (var (index, attempt) in live.Index())
        {
            if (failed >= Patience)
            {
                sights[attempt.Id] = sights[live[index - 1].Id];
                continue;
            }

            await Task.Delay(provider.Limits.GetInterval, time, cancellationToken);
            var sight = await GetAsync(provider, attempt, cancellationToken);
            sights[attempt.Id] = sight;
            failed = sight is Sight.Failed ? failed + 1 : 0;
        }

        if (failed > 0)
        {
            LogGetsFailed(account, ((Sight.Failed)sights[live[^1].Id]).Failure.Code);
        }
    }

    private static string Outcome(ProviderUnavailableException? fault) => fault switch
    {
        null => "seen",
        { Refusal: LookRefusal.None } => "failed",
        _ => "refused",
    };

    private static string Word(LookWay way) => way switch
    {
        LookWay.List => "list",
        LookWay.ListByModel => "list_by_model",
        _ => "get",
    };

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "The list of account {Account} could not be read: {Bucket}, {Code}; its tasks are looked at later, or in another way")]
    private partial void LogListFailed(string account, FailureBucket bucket, string code);

    [LoggerMessage(EventId = 3022, Level = LogLevel.Warning, Message = "Account {Account}: tasks are looked at by {Way} from now on ({Code})")]
    private partial void LogWay(string account, string way, string code);

    [LoggerMessage(EventId = 3023, Level = LogLevel.Warning, Message = "Account {Account}: single tasks could not be looked at ({Code}); they are later")]
    private partial void LogGetsFailed(string account, string code);
}

/// <summary>What one look at an account has shown.</summary>
/// <param name="Sights">Of each attempt.</param>
/// <param name="Refused">Why tasks are looked at in another way than before, or null where that is as it was.</param>
internal sealed record Look(IReadOnlyDictionary<AttemptId, Sight> Sights, ProviderFailure? Refused);
