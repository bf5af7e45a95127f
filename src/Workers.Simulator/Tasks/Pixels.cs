using Workers.Simulator.Requests;

namespace Workers.Simulator.Tasks;

/// <summary>Output sizes by resolution and ratio (ModelArk, create task: 2.0's table, from which 2.5 differs in one, and that of 1.0).</summary>
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

    /// <summary>Of the models 1.0.</summary>
    private static readonly Dictionary<string, (int Width, int Height)[]> FirstSizes = new()
    {
        ["480p"] = [(864, 480), (736, 544), (640, 640), (544, 736), (480, 864), (960, 416)],
        ["720p"] = [(1248, 704), (1120, 832), (960, 960), (832, 1120), (704, 1248), (1504, 640)],
        ["1080p"] = [(1920, 1088), (1664, 1248), (1440, 1440), (1248, 1664), (1088, 1920), (2176, 928)],
    };

    public static (int Width, int Height) Of(ModelFamily family, string resolution, string ratio) => family switch
    {
        ModelFamily.V25 when resolution == "480p" && ratio == "16:9" => (854, 480),
        ModelFamily.V10 => FirstSizes[resolution][Ratios.ToList().IndexOf(ratio)],
        _ => Sizes[resolution][Ratios.ToList().IndexOf(ratio)],
    };
}
