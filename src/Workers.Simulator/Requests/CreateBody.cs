namespace Workers.Simulator.Requests;

/// <summary>A create call that was found to be right.</summary>
internal sealed record CreateBody
{
    public required string ModelId { get; init; }
    public required ModelSpec Model { get; init; }
    public required ContentSummary Content { get; init; }
    public required string Resolution { get; init; }
    public required string Ratio { get; init; }

    /// <summary>Whole seconds, or <see cref="ModelSpec.ModelChooses"/>.</summary>
    public required int Seconds { get; init; }

    /// <summary>Wins over <see cref="Seconds"/>.</summary>
    public required int? Frames { get; init; }

    /// <summary>-1: any.</summary>
    public required int Seed { get; init; }

    public required bool GenerateAudio { get; init; }
    public required bool ReturnLastFrame { get; init; }
    public required bool Draft { get; init; }
    public required string ServiceTier { get; init; }
    public required int Priority { get; init; }

    /// <summary>In seconds from creation.</summary>
    public required int ExpiresAfter { get; init; }

    public required Uri? CallbackUrl { get; init; }
    public required string? SafetyIdentifier { get; init; }
    public required string? OutputFormat { get; init; }
    public required bool WebSearch { get; init; }

    /// <summary>A mistake that only shows when the task runs.</summary>
    public required Fault.FailTask? LateMistake { get; init; }

    /// <summary>What the prompt asks to go wrong.</summary>
    public required IReadOnlyList<FaultRule> Directives { get; init; }
}

/// <summary>What a request's content comes to.</summary>
internal sealed record ContentSummary
{
    /// <summary>All texts, with line breaks between.</summary>
    public required string Prompt { get; init; }

    public bool HasFrames { get; init; }
    public int Images { get; init; }
    public int Videos { get; init; }
    public int Audios { get; init; }

    /// <summary>Length of all input videos together, in seconds.</summary>
    public int VideoSeconds { get; init; }

    public string? DraftTaskId { get; init; }
}
