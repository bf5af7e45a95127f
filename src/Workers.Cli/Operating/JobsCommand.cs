using System.CommandLine;
using Spectre.Console;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers jobs</c>.</summary>
internal static class JobsCommand
{
    public static Command Create(IAnsiConsole output) => new("jobs", "What the fleet knows of its jobs.")
    {
        JobsListCommand.Create(output),
        JobsShowCommand.Create(output),
    };
}
