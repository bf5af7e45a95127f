using System.Text.Json.Serialization;

namespace Workers.Contracts;

/// <summary>The exact shape of success. Whatever is given is checked before a job counts as succeeded.</summary>
public sealed record ResultExpectation
{
    /// <summary>Media types that will do, for example <c>video/mp4</c>, <c>video/*</c>, or <c>*/*</c> for anything.</summary>
    public IReadOnlyList<string>? MediaTypes { get; init; }

    [JsonConverter(typeof(WholeNumber))]
    public long? MinBytes { get; init; }

    [JsonConverter(typeof(WholeNumber))]
    public long? MaxBytes { get; init; }

    /// <summary>SHA-256 of the main output, in hexadecimal.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Whole seconds, as the provider reports them.</summary>
    [JsonConverter(typeof(SmallWholeNumber))]
    public int? DurationSeconds { get; init; }

    /// <summary>As the provider reports it, for example <c>720p</c>.</summary>
    public string? Resolution { get; init; }
}
