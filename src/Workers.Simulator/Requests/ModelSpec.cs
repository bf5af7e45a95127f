namespace Workers.Simulator.Requests;

/// <summary>Generations of models, which share their rules.</summary>
internal enum ModelFamily
{
    V10,
    V15,
    V20,
    V25,
}

/// <summary>What a model accepts.</summary>
/// <param name="Price">US dollars per million tokens by resolution, without and with input video; null where none is published.</param>
internal sealed record ModelSpec(
    ModelFamily Family,
    int MinSeconds,
    int MaxSeconds,
    int DefaultSeconds,
    IReadOnlyList<string> Resolutions,
    string DefaultResolution,
    Func<string, (decimal Without, decimal With)>? Price)
{
    /// <summary>The length that lets the model choose.</summary>
    public const int ModelChooses = -1;

    private static readonly string[] Small = ["480p", "720p"];
    private static readonly string[] Middle = ["480p", "720p", "1080p"];
    private static readonly string[] Large = ["480p", "720p", "1080p", "4k"];

    private static readonly ModelSpec V20 = new(ModelFamily.V20, 4, 15, 5, Large, "720p", resolution => resolution switch
    {
        "4k" => (4.0m, 2.4m),
        "1080p" => (7.7m, 4.7m),
        _ => (7.0m, 4.3m),
    });

    private static readonly ModelSpec V25 = new(ModelFamily.V25, 4, 30, ModelChooses, Middle, "720p", resolution =>
        resolution == "1080p" ? (11.7m, 7.0m) : (10.7m, 6.4m));

    private static readonly ModelSpec V15 = new(ModelFamily.V15, 4, 12, 5, Middle, "720p", null);

    private static readonly ModelSpec V10 = new(ModelFamily.V10, 2, 12, 5, Middle, "1080p", null);

    private static readonly Dictionary<string, ModelSpec> Known = new()
    {
        ["seedance-2-0-260128"] = V20,
        ["seedance-2-0-fast-260128"] = V20 with { Resolutions = Small, Price = _ => (5.6m, 3.3m) },
        ["seedance-2-0-mini-260615"] = V20 with { Resolutions = Small, Price = _ => (3.5m, 2.1m) },
        ["seedance-2-5-260628"] = V25,
        ["seedance-1-5-pro-251215"] = V15,
        ["seedance-1-0-pro-250528"] = V10,
        ["seedance-1-0-pro-fast-251015"] = V10 with { TakesLastFrame = false },
    };

    public bool IsV2 => Family is ModelFamily.V20 or ModelFamily.V25;

    public bool CanDraft => Family is ModelFamily.V15 or ModelFamily.V25;

    /// <summary>Whether it takes a last frame beside the first.</summary>
    public bool TakesLastFrame { get; init; } = true;

    public int MaxImages => Family is ModelFamily.V25 ? 30 : 9;

    public int MaxVideos => Family is ModelFamily.V25 ? 10 : 3;

    public int MaxAudios => Family is ModelFamily.V25 ? 10 : 3;

    /// <summary>Finds a model by either platform's id: BytePlus says <c>dreamina-seedance-2-0-...</c> or <c>seedance-1-...</c>, Volcengine <c>doubao-...</c>.</summary>
    public static ModelSpec? Find(string id)
    {
        var name = id.StartsWith("dreamina-", StringComparison.Ordinal) ? id["dreamina-".Length..]
            : id.StartsWith("doubao-", StringComparison.Ordinal) ? id["doubao-".Length..]
            : id;
        return Known.TryGetValue(name, out var spec) && (name != id || !spec.IsV2) ? spec : null;
    }
}
