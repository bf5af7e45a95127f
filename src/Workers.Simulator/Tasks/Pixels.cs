namespace Workers.Simulator.Tasks;

/// <summary>Output sizes by resolution and ratio (ModelArk, create task: 2.0's table; 2.5 differs in one).</summary>
internal static class Pixels
{
    /// <summary>The model chooses the ratio.</summary>
    public const string Adaptive = "adaptive";

    /// <summary>In the order of the sizes below.</summary>
    public static IReadOnlyList<string> Ratios { get; } = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"];

    private static readonly Dictionary<string, (int Width, int Height)[]> Sizes = new()
    {
        ["480p"] = [(864, 496), (752, 560), (640, 640), (560, 752), (496, 864), (992, 432)],
        ["720p"] = [(1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280), (1470, 630)],
        ["1080p"] = [(1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920), (2206, 946)],
        ["4k"] = [(3840, 2160), (3326, 2494), (2880, 2880), (2494, 3326), (2160, 3840), (4398, 1886)],
    };

    public static (int Width, int Height) Of(bool is25, string resolution, string ratio) =>
        is25 && resolution == "480p" && ratio == "16:9" ? (854, 480) : Sizes[resolution][Ratios.ToList().IndexOf(ratio)];
}
