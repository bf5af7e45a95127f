using System.CommandLine;
using Spectre.Console;

namespace Workers.Cli.DeadLetters;

/// <summary>The command line of <c>workers dead-letters</c>.</summary>
internal static class DeadLettersCommand
{
    private const string Description = "Looks at the messages that nobody could handle, sends them back, or drops them.";

    private const string Explanation =
        """
        Messages that failed for the last time lie in QUEUE_error, those of a type that their queue does not know in QUEUE_skipped, those that no process survived in workers-crashed, and those
        that nothing was bound for in workers-unroutable. They stay until somebody acts. What they say is never shown: only ids, types, sizes and reasons.

        The broker is RabbitMq:Url of appsettings.json in the working folder, or RabbitMq__Url of the environment, unless --broker names one.
        """;

    public static Command Create(IAnsiConsole output, IAnsiConsole error) => new ExplainedCommand("dead-letters", Description, Explanation)
    {
        ListCommand.Create(output),
        ShowCommand.Create(output, error),
        RedriveCommand.Create(output, error),
        DropCommand.Create(output, error),
    };
}
