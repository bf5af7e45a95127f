namespace Workers.Providers.Seedance.Models;

/// <summary>What one model can do, as ModelArk's model list and "create task" say.</summary>
internal sealed record SeedanceModel
{
    /// <summary>The id without a platform's prefix.</summary>
    public required string Name { get; init; }

    /// <summary>The id at BytePlus ModelArk.</summary>
    public required string BytePlusId { get; init; }

    /// <summary>The id at Volcengine Ark.</summary>
    public required string VolcengineId { get; init; }

    public required IReadOnlyList<string> Resolutions { get; init; }
    public required string DefaultResolution { get; init; }

    /// <summary>Whole seconds of output.</summary>
    public required int MinSeconds { get; init; }

    /// <summary>Whole seconds of output.</summary>
    public required int MaxSeconds { get; init; }

    /// <summary>What is made where no duration is given; <see cref="Auto"/> where the model chooses.</summary>
    public required int DefaultSeconds { get; init; }

    public required Features Features { get; init; }

    public int MaxReferenceImages { get; init; }
    public int MaxReferenceVideos { get; init; }
    public int MaxReferenceAudios { get; init; }

    /// <summary>The most seconds that all reference videos, and likewise all reference audios, may last together.</summary>
    public int MaxInputSeconds { get; init; }

    /// <summary>From this day on (UTC) the provider refuses the model.</summary>
    public DateOnly? StopsOn { get; init; }

    /// <summary>The duration that lets the model choose.</summary>
    public const int Auto = -1;

    public bool Can(Features feature) => Features.HasFlag(feature);
}

/// <summary>What only some models know.</summary>
[Flags]
internal enum Features
{
    None = 0,
    AutoDuration = 1 << 0,
    Frames = 1 << 1,
    CameraFixed = 1 << 2,
    Flex = 1 << 3,
    Sound = 1 << 4,
    Draft = 1 << 5,
    OutputFormat = 1 << 6,
    TaskType = 1 << 7,
    Priority = 1 << 8,
    WebSearch = 1 << 9,

    /// <summary>Reference images, videos and audios.</summary>
    ReferenceMedia = 1 << 10,

    /// <summary>Reference audio needs no image or video with it.</summary>
    AudioAlone = 1 << 11,

    /// <summary>With a first frame, or when a video is edited or extended, the ratio is always the input's.</summary>
    RatioFollowsInput = 1 << 12,
}
