using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Http;
using Workers.Providers.Seedance.Errors;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers.Seedance;

/// <summary>Reads ModelArk's record of a task. What does not keep its status's promise is neither success nor failure.</summary>
internal static class TaskReader
{
    /// <summary>The task, or null for a record without an id, of which nothing can be said.</summary>
    public static ProviderTask? Read(JsonElement json)
    {
        TaskItem? item;
        try
        {
            item = json.Deserialize(ArkJson.Default.TaskItem);
        }
        catch (JsonException)
        {
            return IdOf(json) is { } known ? Unreadable(known) : null;
        }

        return item?.Id is { Length: > 0 } id ? Read(id, item) : null;
    }

    private static ProviderTask Read(string id, TaskItem item)
    {
        var status = Status(item.Status);
        var outputs = status == ProviderTaskStatus.Succeeded ? Outputs(item.Content) : [];
        var usage = Usage(item);
        var mismatch = Mismatch(item, status, outputs, usage);
        return new()
        {
            TaskId = id,
            Status = mismatch is null ? status : ProviderTaskStatus.Unrecognised,
            StatusWord = SafeWord.Of(item.Status),
            CreatedAt = Time(item.CreatedAt),
            UpdatedAt = Time(item.UpdatedAt ?? item.CreatedAt),
            Model = item.Model ?? "",
            Fingerprint = item.ExecutionExpiresAfter,
            Resolution = item.Resolution,
            Ratio = item.Ratio,
            Duration = item.Duration,
            Outputs = outputs,
            Usage = status == ProviderTaskStatus.Succeeded ? usage : null,
            Failure = mismatch is null ? Failure(item, status) : null,
            Mismatch = mismatch,
        };
    }

    private static string? Mismatch(TaskItem item, ProviderTaskStatus status, IReadOnlyList<TaskOutput> outputs, TaskUsage? usage) => status switch
    {
        ProviderTaskStatus.Unrecognised => "Its status is not known.",
        _ when item.CreatedAt is null => "It does not say when it was created.",
        ProviderTaskStatus.Succeeded when !outputs.Any(output => output.Name == "video") => "It has succeeded, but has no video.",
        ProviderTaskStatus.Succeeded when usage is null => "It has succeeded, but does not say what it used.",
        _ => null,
    };

    private static ProviderTaskStatus Status(string? word) => word switch
    {
        "queued" => ProviderTaskStatus.Queued,
        "running" => ProviderTaskStatus.Running,
        "succeeded" => ProviderTaskStatus.Succeeded,
        "failed" => ProviderTaskStatus.Failed,
        "cancelled" => ProviderTaskStatus.Cancelled,
        "expired" => ProviderTaskStatus.Expired,
        _ => ProviderTaskStatus.Unrecognised,
    };

    private static IReadOnlyList<TaskOutput> Outputs(TaskContent? content) =>
        [.. Output("video", content?.VideoUrl), .. Output("last_frame", content?.LastFrameUrl)];

    private static IEnumerable<TaskOutput> Output(string name, string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? [new TaskOutput(name, uri)] : [];

    /// <summary>ModelArk, pricing: completion tokens are billed; there are no others, so that the total is as good.</summary>
    private static TaskUsage? Usage(TaskItem item) => (item.Usage?.CompletionTokens ?? item.Usage?.TotalTokens) is { } tokens and >= 0
        ? new() { Tokens = tokens, DurationSeconds = item.Duration, Resolution = item.Resolution, Ratio = item.Ratio }
        : null;

    private static ProviderFailure? Failure(TaskItem item, ProviderTaskStatus status) => status switch
    {
        ProviderTaskStatus.Expired => SeedanceErrors.TaskExpired,
        ProviderTaskStatus.Failed => Failed(Object(item.Error) ?? Object(item.FailureReason)),
        _ => null,
    };

    private static ProviderFailure Failed(JsonElement? error) => SeedanceErrors.TaskFailed(Text(error, "code"), Text(error, "message"));

    private static JsonElement? Object(JsonElement? json) => json is { ValueKind: JsonValueKind.Object } ? json : null;

    private static string? Text(JsonElement? json, string member) =>
        json is { } found && found.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? IdOf(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && Text(json, "id") is { Length: > 0 } id ? id : null;

    private static ProviderTask Unreadable(string id) => new()
    {
        TaskId = id,
        Status = ProviderTaskStatus.Unrecognised,
        StatusWord = "",
        CreatedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
        Model = "",
        Fingerprint = null,
        Mismatch = "A field of it has an unexpected type.",
    };

    /// <summary>The epoch where there is none, or none that a calendar knows.</summary>
    private static DateTimeOffset Time(long? seconds) =>
        seconds is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(seconds.Value) : DateTimeOffset.UnixEpoch;
}
