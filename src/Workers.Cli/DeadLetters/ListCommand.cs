using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>The command line of <c>workers dead-letters list</c>.</summary>
internal static class ListCommand
{
    private const string Description = "Lists dead letters, the oldest of each queue first.";

    private const string Explanation =
        """
        Looking changes nothing: each message is given back to its place, and no delivery is counted (RabbitMQ 4.3 and later). While it looks, others do not see what it has in hand.

        Exit codes: 0 it was listed, 1 the broker is not to be had.

        Examples:
          workers dead-letters list
          workers dead-letters list --bucket SchemaMismatch --limit 20
          workers dead-letters list --queue workers-start-job --output json
        """;

    private static readonly Option<int> Limit = Which.Limit("How many at most.", 100);

    public static Command Create(IAnsiConsole output)
    {
        var command = new ExplainedCommand("list", Description, Explanation) { Which.Queue, Which.Bucket, Which.Type, Limit, OutputForm.Option, BrokerSettings.Option };
        command.SetAction((parsed, stop) => ListAsync(parsed, output, stop));
        return command;
    }

    private static async Task<int> ListAsync(ParseResult parsed, IAnsiConsole output, CancellationToken stop)
    {
        var listing = await BrokerSettings.UseAsync(parsed, services => services.GetRequiredService<DeadLetterBrowser>().ListAsync(Which.Of(parsed), parsed.GetValue(Limit), stop));
        if (OutputForm.IsJson(parsed))
        {
            await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(listing, LettersJson.Default.DeadLetterListing));
            return ExitCode.AsExpected;
        }

        if (listing.Letters.Count > 0)
        {
            output.Write(LetterWords.Table(listing.Letters));
        }

        var buckets = string.Join(", ", listing.Letters.CountBy(letter => letter.Bucket).OrderByDescending(bucket => bucket.Value).Select(bucket => FormattableString.Invariant($"{bucket.Value} {bucket.Key}")));
        output.WriteLine(FormattableString.Invariant($"{listing.Letters.Count} dead letters{(buckets.Length > 0 ? $": {buckets}" : "")}.{(listing.NotLookedAt > 0 ? $" {listing.NotLookedAt} more were not looked at: raise --limit." : "")}"));
        return ExitCode.AsExpected;
    }
}
