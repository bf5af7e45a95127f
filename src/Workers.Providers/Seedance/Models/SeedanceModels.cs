namespace Workers.Providers.Seedance.Models;

/// <summary>The models of ModelArk's model list, October 2026.</summary>
internal static class SeedanceModels
{
    private const Features TextAndFrames = Features.TextAlone | Features.FirstFrame | Features.LastFrame;
    private const Features Second = TextAndFrames | Features.AutoDuration | Features.Sound | Features.Priority | Features.WebSearch | Features.ReferenceImages
        | Features.ReferenceMedia | Features.AdaptiveWithoutFrame | Features.Heic;
    private const Features First = Features.CameraFixed | Features.Flex | Features.Frames;

    // The platforms' model deprecation notices.
    private static readonly DateOnly EndOf15 = new(2026, 11, 11);
    private static readonly Retirement EndOfLiteAtBytePlus = new(new(2026, 5, 13), "seedance-1-0-pro-fast-251015");
    private static readonly Retirement EndOfLiteAtVolcengine = new(new(2026, 5, 11), "doubao-seedance-2-0-fast-260128");

    private static readonly SeedanceModel Seedance20 = new()
    {
        Name = "seedance-2-0-260128",
        BytePlusId = "dreamina-seedance-2-0-260128",
        VolcengineId = "doubao-seedance-2-0-260128",
        Resolutions = ["480p", "720p", "1080p", "4k"],
        DefaultResolution = "720p",
        MinSeconds = 4,
        MaxSeconds = 15,
        DefaultSeconds = 5,
        Features = Second,
        MaxReferenceImages = 9,
        MaxReferenceVideos = 3,
        MaxReferenceAudios = 3,
        MaxInputSeconds = 15,
    };

    private static readonly SeedanceModel Seedance10 = new()
    {
        Name = "seedance-1-0-pro-250528",
        BytePlusId = "seedance-1-0-pro-250528",
        VolcengineId = "doubao-seedance-1-0-pro-250528",
        Resolutions = ["480p", "720p", "1080p"],
        DefaultResolution = "1080p",
        MinSeconds = 2,
        MaxSeconds = 12,
        DefaultSeconds = 5,
        Sizes = FrameTable.Seedance10,
        Features = First | TextAndFrames,
    };

    private static readonly SeedanceModel Lite = Seedance10 with
    {
        Name = "seedance-1-0-lite-t2v-250428",
        BytePlusId = "seedance-1-0-lite-t2v-250428",
        VolcengineId = "doubao-seedance-1-0-lite-t2v-250428",
        DefaultResolution = "720p",
        Features = First | Features.TextAlone,
        BytePlusRetirement = EndOfLiteAtBytePlus,
        VolcengineRetirement = EndOfLiteAtVolcengine,
    };

    public static IReadOnlyList<SeedanceModel> All { get; } =
    [
        Seedance20,
        Seedance20 with
        {
            Name = "seedance-2-0-fast-260128",
            BytePlusId = "dreamina-seedance-2-0-fast-260128",
            VolcengineId = "doubao-seedance-2-0-fast-260128",
            Resolutions = ["480p", "720p"],
        },
        Seedance20 with
        {
            Name = "seedance-2-0-mini-260615",
            BytePlusId = "dreamina-seedance-2-0-mini-260615",
            VolcengineId = "doubao-seedance-2-0-mini-260615",
            Resolutions = ["480p", "720p"],
        },
        Seedance20 with
        {
            Name = "seedance-2-5-260628",
            BytePlusId = "dreamina-seedance-2-5-260628",
            VolcengineId = "doubao-seedance-2-5-260628",
            Resolutions = ["480p", "720p", "1080p"],
            FinalResolutions = ["1080p"],
            MaxSeconds = 30,
            DefaultSeconds = SeedanceModel.Auto,
            Features = Second | Features.Draft | Features.DraftLastFrame | Features.OutputFormat | Features.TaskType | Features.AudioAlone
                | Features.RatioFollowsInput,
            MaxReferenceImages = 30,
            MaxReferenceVideos = 10,
            MaxReferenceAudios = 10,
            MaxInputSeconds = 30,
        },
        Seedance10 with
        {
            Name = "seedance-1-5-pro-251215",
            BytePlusId = "seedance-1-5-pro-251215",
            VolcengineId = "doubao-seedance-1-5-pro-251215",
            DefaultResolution = "720p",
            FinalResolutions = ["720p", "480p", "1080p"],
            DraftShare = 0.6m,
            Sizes = FrameTable.Seedance20,
            MinSeconds = 4,
            Features = Features.CameraFixed | Features.Flex | TextAndFrames | Features.AutoDuration | Features.Sound | Features.Draft
                | Features.AdaptiveWithoutFrame | Features.Heic,
            BytePlusRetirement = new(EndOf15, "dreamina-seedance-2-0-mini-260615"),
            VolcengineRetirement = new(EndOf15, "doubao-seedance-2-0-mini-260615"),
        },
        Seedance10,
        Seedance10 with
        {
            Name = "seedance-1-0-pro-fast-251015",
            BytePlusId = "seedance-1-0-pro-fast-251015",
            VolcengineId = "doubao-seedance-1-0-pro-fast-251015",
            Features = First | Features.TextAlone | Features.FirstFrame,
        },
        Lite,
        Lite with
        {
            Name = "seedance-1-0-lite-i2v-250428",
            BytePlusId = "seedance-1-0-lite-i2v-250428",
            VolcengineId = "doubao-seedance-1-0-lite-i2v-250428",
            Features = First | Features.FirstFrame | Features.LastFrame | Features.ReferenceImages,
            MaxReferenceImages = 4,
        },
    ];

    /// <summary>Stands for an endpoint, whose model nobody outside the account knows: allows whatever any model allows.</summary>
    public static SeedanceModel Endpoint { get; } = new()
    {
        Name = "an endpoint",
        BytePlusId = "ep-",
        VolcengineId = "ep-",
        Resolutions = ["480p", "720p", "1080p", "4k"],
        DefaultResolution = "720p",
        FinalResolutions = ["1080p", "720p", "480p"],
        MinSeconds = All.Min(model => model.MinSeconds),
        MaxSeconds = All.Max(model => model.MaxSeconds),
        DefaultSeconds = SeedanceModel.Auto,
        Features = All.Aggregate(Features.None, (features, model) => features | model.Features) & ~Features.RatioFollowsInput,
        MaxReferenceImages = All.Max(model => model.MaxReferenceImages),
        MaxReferenceVideos = All.Max(model => model.MaxReferenceVideos),
        MaxReferenceAudios = All.Max(model => model.MaxReferenceAudios),
        MaxInputSeconds = All.Max(model => model.MaxInputSeconds),
    };

    /// <summary>The model of this id at either platform, or null.</summary>
    public static SeedanceModel? Find(string? id) =>
        All.FirstOrDefault(model => model.BytePlusId == id || model.VolcengineId == id);

    public static bool IsEndpoint(string? id) => id is not null && id.StartsWith("ep-", StringComparison.Ordinal) && id.Length > "ep-".Length;
}
