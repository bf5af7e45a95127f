using Spectre.Console;

namespace Workers.Cli.Tests.Support;

/// <summary>Runs the program in this process, in a folder of the test's own.</summary>
internal abstract class CliTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-cli-");
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Standard output.</summary>
    protected WatchedWriter Output { get; } = new();

    /// <summary>Standard error.</summary>
    protected WatchedWriter Error { get; } = new();

    protected string Results => Path.Combine(_folder.FullName, "results");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _stop.Dispose();
        Output.Dispose();
        Error.Dispose();
    }

    /// <summary>Ends the run in good order, as Ctrl-C does.</summary>
    protected Task StopAsync() => _stop.CancelAsync();

    protected Task<int> CliAsync(params string[] args) => Cli.RunAsync(args, Console(Output), Console(Error), _stop.Token);

    /// <summary><c>workers run</c> against the simulator, fast.</summary>
    protected Task<int> RunAsync(string file, params string[] options) =>
        CliAsync(["run", file, "--simulator", "--results", Results, "--time-scale", "60", "--logs", "Fatal", .. options]);

    /// <summary>A file of these lines.</summary>
    protected string Jobs(params string[] lines) => Write("jobs.jsonl", lines);

    protected string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>A line that succeeds.</summary>
    protected static string Job(string key, string prompt = "A kite above the dunes.", string end = "succeeded") =>
        $$$"""
        {"tenantId":"acme","idempotencyKey":"{{{key}}}","provider":"seedance","input":{"model":"dreamina-seedance-2-0-260128","prompt":"{{{prompt}}}","parameters":{"resolution":"480p","ratio":"16:9","duration":4}},"expectedEnd":"{{{end}}}"}
        """;

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 1000;
        return console;
    }
}
