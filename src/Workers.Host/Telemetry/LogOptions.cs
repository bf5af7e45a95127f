using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Workers.Host.Telemetry;

/// <summary>Where the log goes, beside what <c>Serilog:WriteTo</c> names. Section <c>Log</c>.</summary>
internal sealed class LogOptions
{
    public const string Section = "Log";

    /// <summary>How the console shows events. Default: <see cref="ConsoleFormat.Json"/> in a container, else <see cref="ConsoleFormat.Text"/>.</summary>
    public ConsoleFormat? Console { get; set; }

    /// <summary>The address of the log server (Seq), such as <c>http://localhost:5341</c>. Default none: events go to the console alone.</summary>
    public Uri? Seq { get; set; }

    /// <summary>A file with the API key that Seq asks for. Read at the start. Default none.</summary>
    public string? SeqApiKeyFile { get; set; }

    /// <summary>
    /// A directory where events wait for Seq, so that none is lost while it is away or when the process dies; processes may share one, and it must outlive them. Default none: they wait in memory.
    /// </summary>
    public string? SeqBuffer { get; set; }

    /// <summary>How much may wait in <see cref="SeqBuffer"/>, in bytes; past it events are dropped. Default 256 MiB.</summary>
    [Range(1L << 20, 1L << 40)]
    public long SeqBufferLimit { get; set; } = 256L << 20;

    /// <summary>How many events may wait in memory; past it they are dropped. Default 20,000.</summary>
    [Range(100, 1_000_000)]
    public int SeqQueueLimit { get; set; } = 20_000;

    /// <summary>Events in one request at most. Default 500.</summary>
    [Range(1, 10_000)]
    public int SeqBatch { get; set; } = 500;

    /// <summary>The time between requests. Default 2 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:05:00")]
    public TimeSpan SeqPeriod { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>How the console shows events.</summary>
internal enum ConsoleFormat
{
    /// <summary>A line for a person.</summary>
    Text,

    /// <summary>A line of compact JSON (CLEF) for a program.</summary>
    Json,

    /// <summary>Not at all.</summary>
    None,
}

[OptionsValidator]
internal sealed partial class LogOptionsValidator : IValidateOptions<LogOptions>;

/// <summary>What no attribute can say.</summary>
internal sealed class LogPathsValidator : IValidateOptions<LogOptions>
{
    public ValidateOptionsResult Validate(string? name, LogOptions options)
    {
        List<string> faults = [];
        if (options.Seq is { } address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"))
        {
            faults.Add($"{LogOptions.Section}:{nameof(LogOptions.Seq)} is no address: it must begin with http:// or https://.");
        }

        if (options.SeqApiKeyFile is { } file && !File.Exists(file))
        {
            faults.Add($"{LogOptions.Section}:{nameof(LogOptions.SeqApiKeyFile)} names a file that is not there: mount it, or leave the setting out.");
        }

        if (options.Seq is null && (options.SeqApiKeyFile ?? options.SeqBuffer) is not null)
        {
            faults.Add($"{LogOptions.Section}:{nameof(LogOptions.Seq)} is missing, while a key or a buffer for it is given: name Seq's address.");
        }

        if (options.SeqBuffer is { } folder && !CanWriteTo(folder))
        {
            faults.Add($"{LogOptions.Section}:{nameof(LogOptions.SeqBuffer)} names a directory that can't be written to: mount it, give this process's user the right to write, or leave the setting out.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool CanWriteTo(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            File.Create(Path.Combine(folder, Path.GetRandomFileName()), bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
