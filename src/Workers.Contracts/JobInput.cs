using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>What to make: a model, a concise text, references to whatever is large, and parameters.</summary>
public sealed record JobInput
{
    /// <summary>The provider's model id. Required.</summary>
    public string? Model { get; init; }

    /// <summary>The instruction, inline and concise.</summary>
    public string? Prompt { get; init; }

    /// <summary>Large things, by reference and never inline.</summary>
    public IReadOnlyList<Reference>? References { get; init; }

    /// <summary>The provider's own parameters by the provider's own names, for example <c>resolution</c> or <c>duration</c>.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Parameters { get; init; }

    /// <summary>Tells hash and size, never content.</summary>
    public override string ToString() => $"JobInput {{ {Outline.Of(this, ContractsJson.Default.JobInput)} }}";
}

/// <summary>One large input: where it lies, what it is for, and what the sender knows of it.</summary>
public sealed record Reference
{
    /// <summary>Where it lies: an https URI, or the provider's own asset URI. Exactly one of this and <see cref="ObjectKey"/>.</summary>
    public string? Uri { get; init; }

    /// <summary>Its key in the object store that the fleet is configured with. Exactly one of this and <see cref="Uri"/>.</summary>
    public string? ObjectKey { get; init; }

    /// <summary>Which version of the object is meant. Optional.</summary>
    public string? Version { get; init; }

    /// <summary><c>image</c>, <c>video</c> or <c>audio</c>. Required.</summary>
    public string? Kind { get; init; }

    /// <summary>What it is for, in the provider's words, for example <c>first_frame</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Its media type, checked against what the server says before the job is submitted.</summary>
    public string? ContentType { get; init; }

    /// <summary>Its size in bytes, checked likewise.</summary>
    [JsonConverter(typeof(WholeNumber))]
    public long? Length { get; init; }

    /// <summary>Its SHA-256 in hexadecimal; part of the job's identity.</summary>
    public string? Checksum { get; init; }

    /// <summary>Its duration in seconds, for video and audio: needed for rules and estimates that depend on it.</summary>
    [JsonConverter(typeof(FiniteNumber))]
    public double? DurationSeconds { get; init; }

    /// <summary>Tells hash and size, never where it lies: a signed URI is a secret.</summary>
    public override string ToString() => $"Reference {{ {Outline.Of(this, ContractsJson.Default.Reference)} }}";
}
