namespace Workers.Host.Telemetry;

/// <summary>
/// The files in which events wait for Seq. Who writes to them must be alone with them: Seq's sink sends the oldest file until nobody holds it any more, so that the lines of a second process would
/// wait for the end of the first. Each process takes the first name that is free, and one that is started again that of one that died, whose lines it sends.
/// </summary>
internal sealed class SeqBuffer : IDisposable
{
    /// <summary>More processes share no folder; past this something else is wrong with it.</summary>
    private const int Most = 1_000;

    private FileStream? _held;

    /// <summary>Takes a name until this is disposed of, or the process ends in whatever way.</summary>
    /// <param name="folder">Is made where it is not there.</param>
    /// <returns>What the names of the files begin with.</returns>
    /// <exception cref="IOException">No name can be taken.</exception>
    public string Take(string folder)
    {
        Directory.CreateDirectory(folder);
        for (var number = 0; ; number++)
        {
            var name = Path.Combine(folder, FormattableString.Invariant($"seq-{number}"));
            try
            {
                _held = new FileStream($"{name}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return name;
            }
            catch (IOException) when (number < Most)
            {
                // Another process has it.
            }
        }
    }

    public void Dispose() => _held?.Dispose();
}
