using System.Text.Json;
using Spectre.Console;
using Workers.Cli.Tests.Support;
using Workers.Jobs.Audit;
using Workers.Testing.Fleet;

namespace Workers.Cli.Tests.Operating;

/// <summary>A fleet on RabbitMQ and MongoDB, and a person at the command line beside it.</summary>
[Category("Integration")]
internal abstract class OperatorTest : FleetTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-operator-");

    protected override bool IsOnRabbitMq => true;

    protected override bool IsOnMongoDb => true;

    /// <summary>Standard output of the last command.</summary>
    protected string Said { get; private set; } = "";

    /// <summary>Standard error of the last command.</summary>
    protected string Complained { get; private set; } = "";

    [TearDown]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    /// <summary>Runs a command that speaks to the store alone.</summary>
    protected async Task<int> CliAsync(params string[] args)
    {
        using var output = new WatchedWriter();
        using var error = new WatchedWriter();
        var code = await Cli.RunAsync([.. args, "--store", Database.Url], Console(output), Console(error), CancellationToken.None);
        (Said, Complained) = (output.ToString(), error.ToString());
        return code;
    }

    /// <summary>Runs a command that speaks to broker and store, as Ada.</summary>
    protected Task<int> OperateAsync(params string[] args) => CliAsync([.. args, "--broker", Broker.Url, "--actor", Operator]);

    protected string Write(string name, params string[] lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);
        return path;
    }

    /// <summary>What was said, as a document.</summary>
    protected JsonElement Document() => JsonDocument.Parse(Said).RootElement;

    protected Task<IReadOnlyList<AuditEntry>> AuditOf(Guid jobId) => Stores.Audit.OfJobAsync(jobId, CancellationToken.None);

    private static IAnsiConsole Console(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 1000;
        return console;
    }
}
