using System.Text.Json;
using System.Text.Json.Serialization;
using Workers.Contracts;

namespace Workers.Providers.Seedance.Wire;

/// <summary>ModelArk, create task: the request.</summary>
internal sealed record CreateBody
{
    public required string Model { get; init; }
    public required IReadOnlyList<ContentItem> Content { get; init; }

    /// <summary>Seconds from creation.</summary>
    public required long ExecutionExpiresAfter { get; init; }

    public string? SafetyIdentifier { get; init; }

    /// <summary>The job's own parameters, as they are. Settable, since the source generator cannot do with less.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Parameters { get; set; }

    /// <summary>Tells how much it holds, and none of it.</summary>
    public override string ToString() => FormattableString.Invariant($"CreateBody {{ {Content.Count} items, {Parameters?.Count ?? 0} parameters }}");
}

/// <summary>One item of content: exactly one of its members, named by its type.</summary>
internal sealed record ContentItem
{
    public required string Type { get; init; }
    public string? Role { get; init; }
    public string? Text { get; init; }
    public ContentAddress? ImageUrl { get; init; }
    public ContentAddress? VideoUrl { get; init; }
    public ContentAddress? AudioUrl { get; init; }
    public ContentTask? DraftTask { get; init; }

    /// <summary>Tells hash and size of its text, and of its address.</summary>
    public override string ToString() => $"ContentItem {{ {Type}, text {Outline.Of(Text)}, {ImageUrl ?? VideoUrl ?? AudioUrl} }}";
}

/// <summary>Another task, by its id.</summary>
internal sealed record ContentTask(string Id);

internal sealed record ContentAddress(string Url)
{
    /// <summary>A signed address is a secret.</summary>
    public override string ToString() => $"ContentAddress {{ {Outline.Of(Url)} }}";
}
