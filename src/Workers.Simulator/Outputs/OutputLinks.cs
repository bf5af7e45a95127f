using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Workers.Simulator.Tasks;

namespace Workers.Simulator.Outputs;

/// <summary>Signed addresses of outputs, which die 24 hours after the task ended (ModelArk, get task).</summary>
internal sealed class OutputLinks(int seed)
{
    public const string Folder = "outputs";
    public const string DateKey = "X-Tos-Date";
    public const string ExpiresKey = "X-Tos-Expires";
    public const string SignatureKey = "X-Tos-Signature";
    public const string LastFrameName = "last_frame.png";

    private const int LifeSeconds = 86_400;

    private readonly byte[] _key = Encoding.ASCII.GetBytes($"outputs of {seed}");

    public static string VideoName(GenerationTask task) => $"video.{task.Body.OutputFormat ?? "mp4"}";

    /// <param name="root">The simulator's address as the client knows it, with a slash at the end.</param>
    public string Link(string root, GenerationTask task, string name)
    {
        var since = (task.EndedAt ?? task.CreatedAt).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"{root}{Folder}/{task.Id}/{name}?{DateKey}={since}&{ExpiresKey}={LifeSeconds}&{SignatureKey}={Sign(task.Id, name, since)}";
    }

    /// <summary>Whether an address was made here and still lives.</summary>
    public bool Allows(string taskId, string name, string since, string expires, string signature, DateTimeOffset now) =>
        expires == LifeSeconds.ToString(CultureInfo.InvariantCulture)
        && signature == Sign(taskId, name, since)
        && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && now < DateTimeOffset.FromUnixTimeSeconds(seconds + LifeSeconds);

    private string Sign(string taskId, string name, string since) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{taskId}/{name}/{since}")));
}
