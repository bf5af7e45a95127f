using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Seedance.Errors;
using Workers.Providers.Seedance.Models;
using Workers.Providers.Seedance.Rules;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers.Seedance;

/// <summary>Seedance at BytePlus ModelArk and Volcengine Ark.</summary>
internal sealed partial class SeedanceProvider(ArkClient ark, SeedanceRules rules, SeedanceNames names, TimeProvider time, ILogger<SeedanceProvider> logger) : IGenerationProvider
{
    public const string ProviderName = "seedance";

    /// <summary>The provider's seconds and ours begin at different times.</summary>
    private static readonly TimeSpan ListMargin = TimeSpan.FromSeconds(0.1);

    public string Name => ProviderName;

    public ProviderLimits Limits { get; } = new()
    {
        // No maximum is documented; 500 ids would make a URL of 21 kB.
        IdsPerList = 100,
        TasksPerPage = 500,
        ListInterval = TimeSpan.FromSeconds(1),

        // execution_expires_after may be 3,600 to 259,200 s; below a day, tasks would expire that only had to queue.
        FirstFingerprint = 86_400,
        LastFingerprint = 259_200,
        DefaultFingerprint = 172_800,
        TaskLifetime = TimeSpan.FromSeconds(259_200) + TimeSpan.FromMinutes(10),

        // Get and list see what was created before the second of the request.
        VisibilityLag = TimeSpan.FromSeconds(2),

        // 20 a second are allowed: half of them are left to those who ask for one task alone.
        GetInterval = TimeSpan.FromSeconds(0.1),
        ListedFor = TimeSpan.FromDays(7),
    };

    public IReadOnlyList<InputFault> Check(JobInput input, ResultExpectation? expect) => rules.Check(input, expect);

    public IReadOnlyList<InputFault> CheckReferences(JobInput input, IReadOnlyList<ReferenceFacts?> facts) => ReferenceFactRules.Check(Read(input), facts);

    public bool IsOwnAsset(Reference reference) => SeedanceAssets.Is(reference);

    public TaskPrice Estimate(JobInput input, string account) => SeedanceCost.Estimate(Read(input), ark.RegionOf(account));

    public TaskIntent Intent(JobInput input, long fingerprint) => SeedanceMatch.Intent(Read(input), fingerprint);

    public bool Matches(ProviderTask task, TaskIntent intent) => SeedanceMatch.Matches(task, intent, names);

    public async Task<CreateOutcome> CreateAsync(CreateTask request, CancellationToken cancellationToken)
    {
        using var body = new FencedContent(SeedanceRequest.Write(request, ark.ModelAt(request.Account, request.Input.Model ?? "")), "application/json", request.MayStillCall);
        try
        {
            var answer = await ark.SendAsync(HttpClients.Create, HttpMethod.Post, request.Account, "", body, cancellationToken);
            return Judge(answer);
        }
        catch (ApiKeyMissingException)
        {
            return new CreateOutcome.NotCreated(SeedanceErrors.KeyMissing);
        }
        catch (Exception fault) when (HttpFault.IsExpected(fault, cancellationToken))
        {
            // Whether there may be a task is not read from the kind of fault: what never left has made nothing, whatever went wrong.
            return body.HasLeft
                ? new CreateOutcome.Uncertain(SeedanceErrors.Lost(fault))
                : new CreateOutcome.NotCreated(SeedanceErrors.Unreachable(fault));
        }
    }

    /// <summary>
    /// An error within an answer of 200 is what the provider meant: where its code is one of a refusal there is no task, as there is none where the status says so. An answer
    /// that has both a task and an error, or an error that may have come after the task, is for the list to decide.
    /// </summary>
    private static CreateOutcome Judge(ArkAnswer answer)
    {
        var id = answer.IsSuccess && answer.Task is { } task ? TaskReader.IdOf(task) : null;
        return answer switch
        {
            { IsRefusal: true } => Refused(SeedanceErrors.Refused(answer)),
            { IsSuccess: true, Error: null or { Code: null } } when id is not null => new CreateOutcome.Created(id),
            { IsSuccess: true } when id is null && SeedanceErrors.RefusedWithin(answer) is { } refusal => Refused(refusal),
            _ => new CreateOutcome.Uncertain(SeedanceErrors.Unclear(answer), SeedanceErrors.CauseOf(answer)),
        };

        CreateOutcome.NotCreated Refused(ProviderFailure failure) => new(failure, answer.RetryAfter) { IsDoubtful = SeedanceErrors.IsDoubtful(answer) };
    }

    public async Task<ProviderTask?> GetAsync(string account, string taskId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpClients.Read, HttpMethod.Get, account, Path(taskId), cancellationToken);
        if (IsUnknownTask(answer))
        {
            return null;
        }

        return Usable(answer).Task is { } json && TaskReader.Read(json) is { } task && task.TaskId == taskId
            ? task
            : throw Unavailable(SeedanceErrors.Unreadable("another task than was asked for, or one without an id"));
    }

    public Task<TaskPage> ListAsync(string account, IReadOnlyList<string> taskIds, CancellationToken cancellationToken) => ListIdsAsync(account, "", taskIds, cancellationToken);

    public Task<TaskPage> ListAsync(string account, string model, IReadOnlyList<string> taskIds, CancellationToken cancellationToken) =>
        ListIdsAsync(account, $"&filter.model={ModelId(account, model)}", taskIds, cancellationToken);

    private async Task<TaskPage> ListIdsAsync(string account, string filter, IReadOnlyList<string> taskIds, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(taskIds.Count, Limits.IdsPerList);
        var ids = string.Concat(taskIds.Select(id => $"&filter.task_ids={Uri.EscapeDataString(id)}"));
        var (tasks, total, answer) = await ListAsync(account, string.Create(CultureInfo.InvariantCulture, $"?page_num=1&page_size={Limits.IdsPerList}{filter}{ids}"), cancellationToken);

        // A record without an id is nobody's; its owner is asked for again.
        return new([.. tasks.OfType<ProviderTask>()], total ?? tasks.Count, answer.At) { RequestId = answer.RequestId, Ahead = answer.Ahead };
    }

    public async Task<TaskPage> BrowseAsync(string account, string model, int page, CancellationToken cancellationToken)
    {
        var query = $"{PageQuery(page)}&filter.model={ModelId(account, model)}";
        return names.FindOrEndpoint(model).Can(Features.Flex)
            ? await BothTiersAsync(account, query, cancellationToken)
            : await WholePageAsync(account, query, cancellationToken);
    }

    public Task<TaskPage> BrowseAllAsync(string account, int page, CancellationToken cancellationToken) => BothTiersAsync(account, PageQuery(page), cancellationToken);

    private async Task<TaskPage> BothTiersAsync(string account, string query, CancellationToken cancellationToken)
    {
        // ModelArk, list tasks: filter.service_tier is default by default. Whether that hides flex tasks is not documented; so both are asked for by name.
        var plain = await WholePageAsync(account, $"{query}&filter.service_tier=default", cancellationToken);
        await Task.Delay(Limits.ListInterval + ListMargin, time, cancellationToken);
        var flex = await WholePageAsync(account, $"{query}&filter.service_tier=flex", cancellationToken);

        // Whoever does not know of tiers answers both with the same.
        var both = plain.Tasks.Concat(flex.Tasks.ExceptBy(plain.Tasks.Select(task => task.TaskId), task => task.TaskId)).ToList();
        var total = plain.Total + flex.Total - (plain.Tasks.Count + flex.Tasks.Count - both.Count);
        return new(both, total, plain.At) { Ahead = plain.Ahead };
    }

    /// <inheritdoc/>
    public async Task<bool?> IsWelcomeAsync(string account, string model, CancellationToken cancellationToken)
    {
        // By model: a key whose permission is Custom may list no other way.
        var query = $"?page_num=1&page_size=1&filter.model={Uri.EscapeDataString(ark.ModelAt(account, model))}";
        try
        {
            var answer = await AskAsync(HttpClients.List, HttpMethod.Get, account, query, cancellationToken);
            return answer.IsSuccess ? true : SeedanceErrors.Unanswered(answer).Disposition == Disposition.PauseAccount ? false : null;
        }
        catch (ProviderUnavailableException fault)
        {
            return fault.Failure.Disposition == Disposition.PauseAccount ? false : null;
        }
    }

    private async Task<TaskPage> WholePageAsync(string account, string query, CancellationToken cancellationToken)
    {
        var (tasks, total, answer) = await ListAsync(account, query, cancellationToken);

        // Here somebody looks for a task that may or may not be there: a page that can be read in part only must not pass for a whole one.
        return total is { } all && tasks.All(task => task is not null)
            ? new([.. tasks.OfType<ProviderTask>()], all, answer.At) { RequestId = answer.RequestId, Ahead = answer.Ahead }
            : throw Unavailable(SeedanceErrors.Unreadable("a list with records that cannot be told apart"));
    }

    public async Task<CancelOutcome> CancelAsync(string account, string taskId, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(HttpClients.Cancel, HttpMethod.Delete, account, Path(taskId), cancellationToken);
        return answer switch
        {
            { IsSuccess: true } => CancelOutcome.Cancelled,
            { IsRefusal: true, Error.Code: "InvalidAction.RunningTaskDeletion" } => CancelOutcome.TooLate,

            // How the delete of a cancelled task is refused is not documented; of this family it can only be.
            { IsRefusal: true, Error.Code: { } code } when code.StartsWith("InvalidAction", StringComparison.Ordinal) => CancelOutcome.NotThere,
            { Status: HttpStatusCode.NotFound } => CancelOutcome.NotThere,

            // Who has no such call lets every task run to its end.
            { Status: HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented } => CancelOutcome.TooLate,
            _ => throw Unavailable(SeedanceErrors.Unanswered(answer)),
        };
    }

    private async Task<(IReadOnlyList<ProviderTask?> Tasks, int? Total, ArkAnswer Answer)> ListAsync(string account, string query, CancellationToken cancellationToken)
    {
        var answer = Usable(await AskAsync(HttpClients.List, HttpMethod.Get, account, query, cancellationToken));
        if (answer.Json is not { } json || TaskListing.Read(json) is not { } list)
        {
            throw Unavailable(SeedanceErrors.Unreadable("a list without items"));
        }

        ProviderTask?[] tasks = [.. list.Items.Select(TaskReader.Read)];
        var strange = tasks.Count(task => task is not { Mismatch: null });
        if (strange > 0)
        {
            LogStrange(account, strange, tasks.Length);
        }

        return (tasks, list.Total is { } all ? (int)Math.Min(all, int.MaxValue) : null, answer);
    }

    /// <exception cref="ProviderUnavailableException">There was no answer.</exception>
    private async Task<ArkAnswer> AskAsync(string client, HttpMethod method, string account, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await ark.SendAsync(client, method, account, path, content: null, cancellationToken);
        }
        catch (ApiKeyMissingException)
        {
            throw Unavailable(SeedanceErrors.KeyMissing);
        }
        catch (Exception fault) when (HttpFault.IsExpected(fault, cancellationToken))
        {
            throw new ProviderUnavailableException(SeedanceErrors.Unreachable(fault), fault);
        }
    }

    private static ArkAnswer Usable(ArkAnswer answer) => answer.IsSuccess
        ? answer
        : throw new ProviderUnavailableException(SeedanceErrors.Unanswered(answer)) { Refusal = RefusalOf((int)answer.Status) };

    /// <summary>A key that is refused altogether, or a pace, is no matter of the way; what else is no failure of the provider's own is.</summary>
    private static LookRefusal RefusalOf(int status) => status switch
    {
        404 or 405 or 410 or 501 => LookRefusal.NotOffered,
        401 or 408 or 429 => LookRefusal.None,
        >= 400 and <= 499 => LookRefusal.NotAllowed,
        _ => LookRefusal.None,
    };

    private static ProviderUnavailableException Unavailable(ProviderFailure failure) => new(failure);

    /// <summary>By code as well as status: a 404 without one comes from a wrong address.</summary>
    private static bool IsUnknownTask(ArkAnswer answer) =>
        answer.Status == HttpStatusCode.NotFound && answer.Error?.Code is { } code
        && (code == "NotFound" || code.StartsWith("NotFound.", StringComparison.Ordinal) || code.EndsWith("TaskNotFound", StringComparison.Ordinal));

    private SeedanceInput Read(JobInput input) => new(input, names.FindOrEndpoint(input.Model));

    private string ModelId(string account, string model) => Uri.EscapeDataString(ark.ModelAt(account, model));

    private string PageQuery(int page) => string.Create(CultureInfo.InvariantCulture, $"?page_num={page}&page_size={Limits.TasksPerPage}");

    private static string Path(string taskId) => $"/{Uri.EscapeDataString(taskId)}";

    [LoggerMessage(EventId = 9010, Level = LogLevel.Warning, Message = "Account {Account}: {Count} of {All} listed tasks have an unknown shape")]
    private partial void LogStrange(string account, int count, int all);
}
