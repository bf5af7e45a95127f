using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>The command line of <c>workers dead-letters drop</c>.</summary>
internal static class DropCommand
{
    private const string Description = "Takes one dead letter away for good.";

    private const string Explanation =
        """
        It is published nowhere and can't be brought back; its record of failure stays. Keep the lines that this prints: they are all that remains of it.

        Exit codes: 0 it was dropped, 1 there is none of the id, several, or no broker; then nothing was dropped.

        Example:
          workers dead-letters drop 0a1b2c3d --reason "sent twice by mistake, the other one was handled"
        """;

    private static readonly Argument<string> Id = new("ID") { Description = "The id, or as much of its beginning as tells it from others." };
    private static readonly Option<string> Reason = new("--reason") { Description = "Why, for the record.", HelpName = "TEXT", Required = true };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("drop", Description, Explanation) { Id, Reason, Which.By, BrokerSettings.Option };
        Reason.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && string.IsNullOrWhiteSpace(token.Value))
            {
                result.AddError("--reason must say why.");
            }
        });
        command.SetAction((parsed, stop) => DropAsync(parsed, output, error, stop));
        return command;
    }

    private static async Task<int> DropAsync(ParseResult parsed, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var id = parsed.GetRequiredValue(Id);
        var dropped = await BrokerSettings.UseAsync(parsed, services => services.GetRequiredService<DeadLetterRemoval>().DropAsync(id, stop));
        if (dropped.Letter is not { } letter)
        {
            error.WriteLine(ShowCommand.Ambiguous(id, dropped.Left), Style.Parse("red"));
            return ExitCode.NotRun;
        }

        output.WriteLine($"Dropped by {parsed.GetRequiredValue(Which.By)} at {DeadLetterHeaders.Format(TimeProvider.System.GetUtcNow())}: {parsed.GetRequiredValue(Reason)}");
        output.Write(LetterWords.Details(new DeadLetterDetails(letter, null, [])));
        output.WriteLine(letter.JobId is { } job ? $"Job {job} will not hear of this message again; if it is blocked, resume or cancel it." : "What it asked for will not happen.");
        if (dropped.Left.Count > 0)
        {
            output.WriteLine(FormattableString.Invariant($"{dropped.Left.Count} further copies of it lie where they lay."));
        }

        return ExitCode.AsExpected;
    }
}
