using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.RabbitMq.DeadLetters;

namespace Workers.Cli.DeadLetters;

/// <summary>The command line of <c>workers dead-letters redrive</c>.</summary>
internal static class RedriveCommand
{
    private const string Description = "Sends dead letters back to the queues that they came from; a job that was blocked for one goes on.";

    private const string Explanation =
        """
        The first go alone, and become dead letters again at their first failure; if one does while they are watched, the rest is left where it is. Each message is taken from where it lies only
        once the broker has confirmed that it is back in its queue: whenever this command dies, none is lost and at most one is there twice. Who sent it back, when, and how often is written on
        each. A command whose job has moved on meanwhile does nothing.

        Exit codes: 0 all were sent, 2 one failed again or some were left, 1 it was stopped, or the broker is not to be had.

        Examples:
          workers dead-letters redrive --queue workers-start-job --dry-run
          workers dead-letters redrive --bucket Unknown --type StartJob --limit 500 --rate 20
          workers dead-letters redrive --queue workers-retrieve-result --canary 5 --canary-wait 00:02:00
        """;

    private static readonly Option<int> Limit = Which.Limit("How many at most.", 1000);
    private static readonly Option<double> Rate = new("--rate") { Description = "How many a second, for example 20 or 20/s.", HelpName = "N", DefaultValueFactory = _ => 100, CustomParser = ReadRate };
    private static readonly Option<int> Canary = new("--canary") { Description = "How many go first and must not fail; 0: none.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<TimeSpan> CanaryWait = new("--canary-wait") { Description = "How long those are watched.", HelpName = "TIME", DefaultValueFactory = _ => TimeSpan.FromSeconds(30) };
    private static readonly Option<int> Most = new("--most") { Description = "A message that was redriven so often already is left.", HelpName = "N", DefaultValueFactory = _ => 3 };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Says what would be sent, and sends nothing." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("redrive", Description, Explanation) { Which.Queue, Which.Bucket, Which.Type, Limit, Rate, Canary, CanaryWait, Most, DryRun, Which.By, BrokerSettings.Option };
        command.SetAction((parsed, stop) => RedriveAsync(parsed, output, error, stop));
        return command;
    }

    private static async Task<int> RedriveAsync(ParseResult parsed, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var request = new RedriveRequest
        {
            Query = Which.Of(parsed),
            By = parsed.GetRequiredValue(Which.By),
            Limit = parsed.GetValue(Limit),
            Rate = parsed.GetValue(Rate),
            Canary = parsed.GetValue(Canary),
            CanaryWait = parsed.GetValue(CanaryWait),
            Most = parsed.GetValue(Most),
            DryRun = parsed.GetValue(DryRun),
        };
        var report = await BrokerSettings.UseAsync(parsed, services =>
            services.GetRequiredService<DeadLetterRedrive>().RunAsync(request, new Progress(request, output, error), stop));
        output.WriteLine(FormattableString.Invariant(
            $"{report.Sent} dead letters {(request.DryRun ? "would be sent" : "were sent back")}, {report.Left} were left.{(report.NotLookedAt > 0 ? $" {report.NotLookedAt} more lie there." : "")}"));
        if (report.FailedAgain is { } failed)
        {
            error.WriteLine($"One that was sent back failed again, so the rest was left: {LetterWords.Line(failed)}. Mend the cause first; its id shows more: workers dead-letters show {failed.Id}", Style.Parse("red"));
            return ExitCode.Otherwise;
        }

        if (report.Stopped)
        {
            error.WriteLine("Stopped. What was not sent lies where it lay; the same command goes on with it.");
            return ExitCode.NotRun;
        }

        return report.Left == 0 ? ExitCode.AsExpected : ExitCode.Otherwise;
    }

    private static double ReadRate(System.CommandLine.Parsing.ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text.EndsWith("/s", StringComparison.Ordinal) ? text[..^2] : text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate is >= 0.001 and <= 100_000)
        {
            return rate;
        }

        result.AddError("--rate must be a number from 0.001 to 100000, a second.");
        return 0;
    }

    /// <summary>Tells of the first few one by one, then of every hundredth.</summary>
    private sealed class Progress(RedriveRequest request, IAnsiConsole output, IAnsiConsole error) : IProgress<RedriveNews>
    {
        private const int OneByOne = 20;
        private const int Step = 100;

        public void Report(RedriveNews value)
        {
            switch (value)
            {
                case RedriveNews.Sent(var letter, var count) when count <= OneByOne || request.DryRun:
                    output.WriteLine($"{(request.DryRun ? "would send" : count <= request.Canary ? "sent first" : "sent")} {LetterWords.Line(letter)}");
                    break;

                case RedriveNews.Sent(_, var count) when count % Step == 0:
                    output.WriteLine(FormattableString.Invariant($"{count} sent"));
                    break;

                case RedriveNews.Left(var letter, var why):
                    error.WriteLine($"left {LetterWords.Line(letter)}: {why}", Style.Parse("yellow"));
                    break;

                case RedriveNews.Watching(var canaries, var wait):
                    output.WriteLine(FormattableString.Invariant($"Watching for {wait:c} whether {(canaries == 1 ? "it fails" : $"one of the {canaries} fails")} again."));
                    break;

                case RedriveNews.NobodyConsumes(var queue):
                    error.WriteLine($"Nobody takes messages from {queue} now: that none fails shows nothing.", Style.Parse("yellow"));
                    break;
            }
        }
    }
}
