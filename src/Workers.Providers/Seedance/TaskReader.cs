using System.Text.Json;
using System.Text.RegularExpressions;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Seedance.Errors;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers.Seedance;

/// <summary>
/// Reads ModelArk's record of a task. An id, a status and, of a success, an address are enough; all else is read where its meaning is plain, and is unknown where not. What does
/// not keep its status's promise is neither success nor failure.
/// </summary>
internal static partial class TaskReader
{
    /// <summary>The documented words first; the others are those of gateways that say the same.</summary>
    private static readonly Dictionary<string, ProviderTaskStatus> Statuses = new(StringComparer.OrdinalIgnoreCase)
    {
        ["queued"] = ProviderTaskStatus.Queued,
        ["pending"] = ProviderTaskStatus.Queued,
        ["submitted"] = ProviderTaskStatus.Queued,
        ["inqueue"] = ProviderTaskStatus.Queued,
        ["running"] = ProviderTaskStatus.Running,
        ["processing"] = ProviderTaskStatus.Running,
        ["inprogress"] = ProviderTaskStatus.Running,
        ["succeeded"] = ProviderTaskStatus.Succeeded,
        ["succeed"] = ProviderTaskStatus.Succeeded,
        ["success"] = ProviderTaskStatus.Succeeded,
        ["completed"] = ProviderTaskStatus.Succeeded,
        ["failed"] = ProviderTaskStatus.Failed,
        ["failure"] = ProviderTaskStatus.Failed,
        ["cancelled"] = ProviderTaskStatus.Cancelled,
        ["canceled"] = ProviderTaskStatus.Cancelled,
        ["expired"] = ProviderTaskStatus.Expired,
    };

    /// <summary>The task, or null for a record without an id, of which nothing can be said.</summary>
    public static ProviderTask? Read(JsonElement json) => IdOf(json) is { } id ? Read(id, json) : null;

    /// <summary>The id of a record or of a create's answer.</summary>
    public static string? IdOf(JsonElement json) => json.Member("id").Word() ?? json.Member("task_id").Word();

    private static ProviderTask Read(string id, JsonElement json)
    {
        var word = json.Member("status").Text();
        var status = word is not null ? Statuses.GetValueOrDefault(LooseJson.Bare(word), ProviderTaskStatus.Unrecognised) : ProviderTaskStatus.Unrecognised;
        var isSuccess = status == ProviderTaskStatus.Succeeded;
        var outputs = isSuccess ? Outputs(json) : [];
        var mismatch = Mismatch(status, outputs);
        var created = json.Member("created_at").Time();
        var usage = isSuccess ? Usage(json) : null;
        return new()
        {
            TaskId = id,
            Status = mismatch is null ? status : ProviderTaskStatus.Unrecognised,
            StatusWord = SafeWord.Of(word),
            CreatedAt = created,
            UpdatedAt = json.Member("updated_at").Time() ?? created,
            Model = json.Member("model").Text() ?? "",
            Fingerprint = json.Member("execution_expires_after").Whole(),
            Resolution = Resolution(json),
            Ratio = Ratio(json),
            Duration = Duration(json),
            Outputs = outputs,
            Usage = usage,
            Failure = mismatch is null ? Failure(json, status) : null,
            Mismatch = mismatch,
            Missing = usage is null ? [] : [.. Missing(usage, created)],
        };
    }

    private static string? Mismatch(ProviderTaskStatus status, IReadOnlyList<TaskOutput> outputs) => status switch
    {
        ProviderTaskStatus.Unrecognised => "Its status is not known.",
        ProviderTaskStatus.Succeeded when !outputs.Any(output => output.Name == "video") => "It has succeeded, but has no video.",
        _ => null,
    };

    private static IEnumerable<string> Missing(TaskUsage usage, DateTimeOffset? created)
    {
        if (usage.Tokens is null)
        {
            yield return "usage";
        }

        if (created is null)
        {
            yield return "created_at";
        }

        if (usage.DurationSeconds is null)
        {
            yield return "duration";
        }

        if (usage.Resolution is null)
        {
            yield return "resolution";
        }
    }

    private static IReadOnlyList<TaskOutput> Outputs(JsonElement json) => [.. Output(json, "video", "video_url"), .. Output(json, "last_frame", "last_frame_url")];

    /// <summary>ModelArk, get task: in <c>content</c>. Gateways have it beside it, or a list of contents as a create has.</summary>
    private static IEnumerable<TaskOutput> Output(JsonElement json, string name, string member)
    {
        var content = json.Member("content");
        var address = content switch
        {
            { ValueKind: JsonValueKind.Array } parts => parts.EnumerateArray().Select(part => part.Member(member).Address()).FirstOrDefault(uri => uri is not null),
            _ => content.Member(member).Address(),
        };
        return (address ?? json.Member(member).Address()) is { } uri ? [new TaskOutput(name, uri)] : [];
    }

    /// <summary>ModelArk, pricing: completion tokens are billed; there are no others, so that the total is as good.</summary>
    private static TaskUsage Usage(JsonElement json)
    {
        var usage = json.Member("usage");
        var tokens = usage.Member("completion_tokens").Whole() ?? usage.Member("total_tokens").Whole();
        return new()
        {
            Tokens = tokens is >= 0 ? tokens : null,
            DurationSeconds = Duration(json) is > 0 and var seconds ? seconds : null,
            Resolution = Resolution(json),
            Ratio = Ratio(json),
        };
    }

    /// <summary>
    /// ModelArk tells whole seconds, rounded down, or frames of which there are 24 a second; -1 is the wish to have them chosen. A film that was measured to be a frame or two short
    /// of its last second has it all the same.
    /// </summary>
    private static int? Duration(JsonElement json)
    {
        var seconds = json.Member("duration").Number() ?? json.Member("frames").Number() / 24;
        return seconds is >= -1 and <= 86_400 ? (int)decimal.Floor(seconds.Value + 0.1m) : null;
    }

    /// <summary>Compared with what was asked for, so of that form or unknown.</summary>
    private static string? Resolution(JsonElement json) =>
        json.Member("resolution").Text()?.ToLowerInvariant() is { } word && ResolutionForm().IsMatch(word) ? word : null;

    /// <summary>Likewise.</summary>
    private static string? Ratio(JsonElement json) =>
        json.Member("ratio").Text()?.ToLowerInvariant() is { } word && RatioForm().IsMatch(word) ? word : null;

    private static ProviderFailure? Failure(JsonElement json, ProviderTaskStatus status) => status switch
    {
        ProviderTaskStatus.Expired => SeedanceErrors.TaskExpired,
        ProviderTaskStatus.Failed => SeedanceErrors.TaskFailed(ErrorOf(json)),
        _ => null,
    };

    /// <summary>The documentation's name of it is <c>error</c>; <c>failure_reason</c> in the Go client.</summary>
    private static ErrorDetail? ErrorOf(JsonElement json) => ErrorReader.Read(json.Member("error") ?? json.Member("failure_reason"));

    [GeneratedRegex(@"\A[0-9]{1,5}[pk]\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResolutionForm();

    [GeneratedRegex(@"\A(?:[0-9]{1,3}:[0-9]{1,3}|adaptive)\z", RegexOptions.CultureInvariant)]
    private static partial Regex RatioForm();
}
