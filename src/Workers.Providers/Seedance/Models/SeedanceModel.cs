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

    /// <summary>The resolutions that a film may have that is made from a draft, the default first.</summary>
    public IReadOnlyList<string> FinalResolutions { get; init; } = [];

    /// <summary>How many tokens a draft with sound uses of those of any other film of its size.</summary>
    public decimal DraftShare { get; init; } = 1m;

    /// <summary>Whose table of output pixels holds.</summary>
    public FrameTable Sizes { get; init; }

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

    /// <summary>When BytePlus ModelArk stops serving it, or null.</summary>
    public Retirement? BytePlusRetirement { get; init; }

    /// <summary>When Volcengine Ark stops serving it, or null.</summary>
    public Retirement? VolcengineRetirement { get; init; }

    /// <summary>The duration that lets the model choose.</summary>
    public const int Auto = -1;

    public bool Can(Features feature) => Features.HasFlag(feature);
}

/// <summary>The end of a model at one platform.</summary>
/// <param name="On">From this day on (UTC) the platform refuses it.</param>
/// <param name="Successor">The id that the platform recommends in its place.</param>
internal sealed record Retirement(DateOnly On, string Successor);

/// <summary>A family's output pixels by resolution and ratio.</summary>
internal enum FrameTable
{
    /// <summary>That of 1.5 and later.</summary>
    Seedance20,
    Seedance10,
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

    /// <summary>Drafts, and films made from them.</summary>
    Draft = 1 << 5,
    OutputFormat = 1 << 6,
    TaskType = 1 << 7,
    Priority = 1 << 8,
    WebSearch = 1 << 9,

    /// <summary>Reference videos and audios, and images beside them.</summary>
    ReferenceMedia = 1 << 10,

    /// <summary>Reference audio needs no image or video with it.</summary>
    AudioAlone = 1 << 11,

    /// <summary>With a first frame, or when a video is edited or extended, the ratio is always the input's.</summary>
    RatioFollowsInput = 1 << 12,

    /// <summary>A prompt alone will do.</summary>
    TextAlone = 1 << 13,

    /// <summary>A first frame.</summary>
    FirstFrame = 1 << 14,

    /// <summary>A last frame beside the first.</summary>
    LastFrame = 1 << 15,

    /// <summary>Reference images.</summary>
    ReferenceImages = 1 << 16,

    /// <summary>The model chooses a ratio where there is no frame to follow.</summary>
    AdaptiveWithoutFrame = 1 << 17,

    /// <summary>Images of type heic and heif.</summary>
    Heic = 1 << 18,

    /// <summary>A draft may be asked for its last frame.</summary>
    DraftLastFrame = 1 << 19,
}
