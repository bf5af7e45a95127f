using System.Globalization;

namespace Workers.FailpointHost;

/// <summary>What one process of a run is to do to itself, once. It lies as a file in a folder that the processes share; whoever gets to rename it carries it out.</summary>
/// <param name="Id">Tells it from the orders before.</param>
/// <param name="Failpoint">Where.</param>
/// <param name="Hit">At the how-manieth time that a process comes there, since it saw the order.</param>
/// <param name="Deed">What.</param>
/// <param name="After">How much later; the code goes on meanwhile.</param>
internal sealed record Order(string Id, string Failpoint, int Hit, Deed Deed, TimeSpan After)
{
    /// <summary>Names the folder.</summary>
    public const string FolderVariable = "WORKERS_TEST_ORDERS";

    private const string Open = "order";

    /// <summary>Gives the order to all processes that look into the folder.</summary>
    public void Give(string folder)
    {
        var draft = Path.Combine(folder, $"draft-{Id}");
        File.WriteAllText(draft, string.Create(CultureInfo.InvariantCulture, $"{Id} {Failpoint} {Hit} {Deed} {After.TotalMilliseconds}"));
        File.Move(draft, Path.Combine(folder, Open));
    }

    /// <summary>The order that nobody has carried out yet, or null.</summary>
    public static Order? Read(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, Open)).Split(' ') is [var id, var failpoint, var hit, var deed, var after]
                ? new Order(
                    id,
                    failpoint,
                    int.Parse(hit, CultureInfo.InvariantCulture),
                    Enum.Parse<Deed>(deed),
                    TimeSpan.FromMilliseconds(double.Parse(after, CultureInfo.InvariantCulture)))
                : null;
        }
        catch (IOException)
        {
            return null; // there is none
        }
    }

    /// <summary>Makes it the caller's to carry out; false when another was first.</summary>
    public bool Take(string folder)
    {
        try
        {
            File.Move(Path.Combine(folder, Open), Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"taken-{Id}-{Environment.ProcessId}")));
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The process that took it, or null.</summary>
    public int? TakenBy(string folder) =>
        Directory.EnumerateFiles(folder, $"taken-{Id}-*").FirstOrDefault() is { } path ? int.Parse(path[(path.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture) : null;

    /// <summary>Nobody carries it out any more; true where somebody has taken it before.</summary>
    public static void Withdraw(string folder) => File.Delete(Path.Combine(folder, Open));
}

/// <summary>What a process can do to itself.</summary>
internal enum Deed
{
    /// <summary>SIGKILL: it is gone at once, as by a power cut.</summary>
    Kill,

    /// <summary>SIGSTOP: it stands still until somebody sends SIGCONT, and then goes on as if nothing had been.</summary>
    Stop,
}
