using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>The command line of <c>workers dead-letters show</c>.</summary>
internal static class ShowCommand
{
    private const string Description = "Shows all that is known of one dead letter.";

    private const string Explanation =
        """
        The body is not shown, nor are the values of headers that neither the fleet nor the broker wrote: either may hold what users wrote. Looking changes nothing.

        Exit codes: 0 it was shown, 1 there is none of the id, several, or no broker.

        Example:
          workers dead-letters show 0a1b2c3d
        """;

    private static readonly Argument<string> Id = new("ID") { Description = "The id, or as much of its beginning as tells it from others." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("show", Description, Explanation) { Id, OutputForm.Option, BrokerSettings.Option };
        command.SetAction((parsed, stop) => ShowAsync(parsed, output, error, stop));
        return command;
    }

    private static async Task<int> ShowAsync(ParseResult parsed, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var id = parsed.GetRequiredValue(Id);
        var found = await BrokerSettings.UseAsync(parsed, services => services.GetRequiredService<DeadLetterBrowser>().FindAsync(id, stop));
        if (found.Select(details => details.Letter.Id).Distinct(StringComparer.Ordinal).Count() != 1)
        {
            error.WriteLine(Ambiguous(id, [.. found.Select(details => details.Letter)]), Style.Parse("red"));
            return ExitCode.NotRun;
        }

        if (OutputForm.IsJson(parsed))
        {
            await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(found, LettersJson.Default.IReadOnlyListDeadLetterDetails));
            return ExitCode.AsExpected;
        }

        foreach (var details in found)
        {
            output.Write(LetterWords.Details(details));
        }

        return ExitCode.AsExpected;
    }

    /// <summary>Why an id does not mean one letter.</summary>
    public static string Ambiguous(string id, IReadOnlyList<DeadLetter> found) => found.Count == 0
        ? $"There is no dead letter whose id is {id} or begins with it. List them with: workers dead-letters list"
        : $"Several dead letters begin with {id}; give more of the id:{string.Concat(found.Take(Shown).Select(letter => $"\n  {LetterWords.Line(letter)}"))}";

    private const int Shown = 10;
}
