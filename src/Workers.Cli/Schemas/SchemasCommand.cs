using System.CommandLine;
using Spectre.Console;

namespace Workers.Cli.Schemas;

/// <summary>The command line of <c>workers schemas</c>.</summary>
internal static class SchemasCommand
{
    private const string Description = "Writes the JSON Schemas of the commands and events.";

    private const string Explanation =
        """
        One file each, for producers and subscribers in any language: draft 2020-12. A command has no members but those in its schema; an event may have more in time.

        Exit codes: 0 they are written, 1 they can't be.

        Example:
          workers schemas src/Workers.Contracts/Schemas
        """;

    private static readonly Argument<string> Folder = new("DIR") { Description = "Where to write them; made if it is not there." };

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("schemas", Description, Explanation) { Folder };
        command.SetAction(async (parsed, stop) => await WriteAsync(parsed.GetRequiredValue(Folder), output, stop));
        return command;
    }

    private static async Task<int> WriteAsync(string folder, IAnsiConsole output, CancellationToken stop)
    {
        var schemas = ContractSchemas.All();
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (file, schema) in schemas)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, file), schema, stop);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CannotStartException($"{folder} can't be written: {fault.Message}");
        }

        output.WriteLine(FormattableString.Invariant($"{schemas.Count} schemas in {folder}."));
        return ExitCode.AsExpected;
    }
}
