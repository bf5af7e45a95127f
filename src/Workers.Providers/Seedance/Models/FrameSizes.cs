namespace Workers.Providers.Seedance.Models;

/// <summary>Output pixels by resolution and ratio, as ModelArk's "create task" lists them.</summary>
internal static class FrameSizes
{
    private static readonly string[] Ratios = ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"];

    private static readonly Dictionary<string, (int Width, int Height)[]> Seedance20 = new()
    {
        ["480p"] = [(864, 496), (752, 560), (640, 640), (560, 752), (496, 864), (992, 432)],
        ["720p"] = [(1280, 720), (1112, 834), (960, 960), (834, 1112), (720, 1280), (1470, 630)],
        ["1080p"] = [(1920, 1080), (1664, 1248), (1440, 1440), (1248, 1664), (1080, 1920), (2206, 946)],
        ["4k"] = [(3840, 2160), (3326, 2494), (2880, 2880), (2494, 3326), (2160, 3840), (4398, 1886)],
    };

    private static readonly Dictionary<string, (int Width, int Height)[]> Seedance10 = new()
    {
        ["480p"] = [(864, 480), (736, 544), (640, 640), (544, 736), (480, 864), (960, 416)],
        ["720p"] = [(1248, 704), (1120, 832), (960, 960), (832, 1120), (704, 1248), (1504, 640)],
        ["1080p"] = [(1920, 1088), (1664, 1248), (1440, 1440), (1248, 1664), (1088, 1920), (2176, 928)],
    };

    /// <summary>Pixels of one frame; those of 16:9 where the ratio is open: the sizes of one resolution differ by a few per cent.</summary>
    public static long Pixels(FrameTable table, string resolution, string? ratio)
    {
        var sizes = table == FrameTable.Seedance10 ? Seedance10 : Seedance20;
        var found = sizes.GetValueOrDefault(resolution) ?? sizes["720p"];
        var index = Array.IndexOf(Ratios, ratio);
        var (width, height) = found[index < 0 ? 0 : index];
        return (long)width * height;
    }
}
