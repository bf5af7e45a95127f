using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;

namespace Workers.Providers.Seedance.Wire;

/// <summary>ModelArk, get task: the answer; list tasks: an item.</summary>
internal sealed record TaskItem
{
    public string? Id { get; init; }
    public string? Model { get; init; }
    public string? Status { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? CreatedAt { get; init; }

    /// <summary>Unix seconds.</summary>
    public long? UpdatedAt { get; init; }

    public long? ExecutionExpiresAfter { get; init; }
    public string? Resolution { get; init; }
    public string? Ratio { get; init; }
    public int? Duration { get; init; }
    public TaskContent? Content { get; init; }
    public TaskTokens? Usage { get; init; }

    /// <summary>The documentation's name of it; <see cref="FailureReason"/> in the Go client. Usually code and message.</summary>
    public JsonElement? Error { get; init; }

    public JsonElement? FailureReason { get; init; }

    /// <summary>Names the type alone: every word is from outside.</summary>
    public override string ToString() => nameof(TaskItem);
}

internal sealed record TaskContent(string? VideoUrl, string? LastFrameUrl)
{
    /// <summary>Signed addresses are secrets.</summary>
    public override string ToString() => $"TaskContent {{ {Outline.Of(VideoUrl)}; {Outline.Of(LastFrameUrl)} }}";
}

internal sealed record TaskTokens(long? CompletionTokens, long? TotalTokens);

/// <summary>ModelArk, list tasks: the answer. Items are read one by one, so that a bad one does not spoil its neighbours.</summary>
internal sealed record TaskList(int? Total, IReadOnlyList<JsonElement>? Items);

/// <summary>ModelArk, create task: the answer.</summary>
internal sealed record CreatedTask(string? Id);

/// <summary>ModelArk, error codes: the body of every refusal.</summary>
internal sealed record ErrorBody(ErrorDetail? Error);

internal sealed record ErrorDetail(string? Code, string? Message, string? Param)
{
    /// <summary>What a provider says may quote what a user wrote.</summary>
    public override string ToString() => $"ErrorDetail {{ {Outline.Of(Message)} }}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CreateBody))]
[JsonSerializable(typeof(CreatedTask))]
[JsonSerializable(typeof(TaskItem))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(JsonDocument))]
internal sealed partial class ArkJson : JsonSerializerContext;
