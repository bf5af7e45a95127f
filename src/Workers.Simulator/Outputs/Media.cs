namespace Workers.Simulator.Outputs;

/// <summary>The files inside this program; Media/README.md says how they were made.</summary>
internal static class Media
{
    public static byte[] Output { get; } = Read("output.mp4");

    public static byte[] LastFrame { get; } = Read("last-frame.png");

    /// <summary>References to try requests with, and their media types.</summary>
    public static IReadOnlyDictionary<string, (byte[] Content, string MediaType)> Samples { get; } = new Dictionary<string, (byte[], string)>
    {
        ["first.png"] = (Read("first.png"), "image/png"),
        ["last.png"] = (Read("last.png"), "image/png"),
        ["style.jpg"] = (Read("style.jpg"), "image/jpeg"),
        ["clip.mp4"] = (Read("clip.mp4"), "video/mp4"),
        ["voice.wav"] = (Read("voice.wav"), "audio/wav"),
    };

    private static byte[] Read(string name)
    {
        using var stream = typeof(Media).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without {name}.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
