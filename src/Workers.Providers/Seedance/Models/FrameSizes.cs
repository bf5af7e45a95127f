namespace Workers.Providers.Seedance.Models;

/// <summary>Output pixels by resolution and ratio, as ModelArk's "create task" lists them for 2.0.</summary>
internal static class FrameSizes
{
    private static readonly string[] Ratios = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"];

    private static readonly Dictionary<string, (int Width, int Height)[]> Sizes = new()
    {
        ["480p"] = [(864, 496), (752, 560), (640, 640), (560, 752), (496, 864), (992, 432)],
        ["720p"] = [(1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280), (1470, 630)],
        ["1080p"] = [(1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920), (2206, 946)],
        ["4k"] = [(3840, 2160), (3326, 2494), (2880, 2880), (2494, 3326), (2160, 3840), (4398, 1886)],
    };

    /// <summary>Pixels of one frame; those of 16:9 where the ratio is open: the sizes of one resolution differ by one or two per cent.</summary>
    public static long Pixels(string resolution, string? ratio)
    {
        var sizes = Sizes.GetValueOrDefault(resolution) ?? Sizes["720p"];
        var index = Array.IndexOf(Ratios, ratio);
        var (width, height) = sizes[index < 0 ? 0 : index];
        return (long)width * height;
    }
}
