using System.Globalization;

namespace Workers.Benchmarks.Processes;

/// <summary>The processor time that processes have used, as Linux tells it.</summary>
internal static class ProcessorTimes
{
    private const int TicksPerSecond = 100;

    /// <summary>The servers, by the names of their processes: whichever of them there are.</summary>
    private static readonly (string Name, string Server)[] Servers =
        [("beam.smp", "broker"), ("mongod", "store"), ("gateway.dll", "store's gateway"), ("postgres", "PostgreSQL")];

    /// <summary>Milliseconds of each process, with what it is; other users of the same servers are not told from this one.</summary>
    /// <param name="own">The benchmark's processes.</param>
    public static Dictionary<int, (string Name, double Milliseconds)> Now(IReadOnlyDictionary<int, string> own)
    {
        Dictionary<int, (string, double)> times = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && Read(folder) is var (command, time) && NameOf(id, command, own) is { } name)
            {
                times[id] = (name, time);
            }
        }

        return times;
    }

    /// <summary>Milliseconds used between two looks, by what the processes are; what has ended meanwhile is not counted.</summary>
    public static IEnumerable<(string Name, double Milliseconds)> Between(Dictionary<int, (string Name, double Milliseconds)> before, Dictionary<int, (string Name, double Milliseconds)> after) =>
        after.GroupBy(process => process.Value.Name, process => process.Value.Milliseconds - before.GetValueOrDefault(process.Key).Milliseconds)
            .Select(kind => (kind.Key, kind.Sum()))
            .OrderByDescending(kind => kind.Item2);

    private static string? NameOf(int id, string command, IReadOnlyDictionary<int, string> own) =>
        own.TryGetValue(id, out var name) ? name : Servers.FirstOrDefault(server => command.Contains(server.Name, StringComparison.Ordinal)).Server;

    private static (string Command, double Milliseconds)? Read(string folder)
    {
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
            return (File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ').Split(" -", 2)[0] + " " + stat[stat.IndexOf('(')..stat.LastIndexOf(')')], ticks * 1000.0 / TicksPerSecond);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }
}
