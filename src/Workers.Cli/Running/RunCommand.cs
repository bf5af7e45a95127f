using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Serilog.Events;
using Spectre.Console;
using Workers.Cli.Reporting;

namespace Workers.Cli.Running;

/// <summary>The command line of <c>workers run</c>.</summary>
internal static class RunCommand
{
    private const string Description = "Runs the jobs of a file through a whole fleet in this process: by default against a simulated provider, with no key, no server and no cost.";

    private const string Explanation =
        """
        Each line of the file is one submission as JSON, with "expectedEnd" beside it where it should not succeed: succeeded, failed[:BUCKET], blocked[:BUCKET], cancelled,
        rejected or duplicate. {simulator} in addresses stands for the simulator's own, for example {simulator}samples/first.png.

        Exit codes: 0 every line ended as expected, 2 some did not, 1 the run failed or was stopped.

        Examples:
          workers run jobs.jsonl
          workers run jobs.jsonl --plain --results /tmp/results --logs Information
          workers run jobs.jsonl --faults storm.json --seed 7 --output json > report.json
          workers run jobs.jsonl --transport rabbitmq --broker amqp://guest:guest@localhost:5672/trial
          workers run jobs.jsonl --provider https://ark.ap-southeast.bytepluses.com/api/v3/ --api-key-file key.txt --ephemeral

        Settings are also read from appsettings.json in the working folder and from the environment, for example Accounts__main__ApiKey. The first Ctrl-C ends a run in good order.
        """;

    private static readonly Argument<string> File = new("FILE") { Description = "The file of jobs, one JSON object a line." };
    private static readonly Option<string> Results = new("--results") { Description = "The folder of the results.", HelpName = "DIR", DefaultValueFactory = _ => "results" };
    private static readonly Option<bool> Simulator = new("--simulator") { Description = "Asks the simulator, whatever accounts are configured." };
    private static readonly Option<Uri?> Provider = new("--provider") { Description = "Asks the provider at this address, as account 'main'. The key comes from --api-key-file or Accounts__main__ApiKey.", HelpName = "URL", CustomParser = ReadUri };
    private static readonly Option<string?> ApiKeyFile = new("--api-key-file") { Description = "A file that holds the provider's key.", HelpName = "FILE" };
    private static readonly Option<bool> Ephemeral = new("--ephemeral") { Description = "Accepts that nothing but the provider remembers paid tasks once this process ends." };
    private static readonly Option<string> Transport = new Option<string>("--transport") { Description = "Where messages go: this process's memory, or RabbitMQ.", DefaultValueFactory = _ => "memory" }.AcceptOnlyFromAmong("memory", "rabbitmq");
    private static readonly Option<string?> Broker = new("--broker") { Description = "RabbitMQ's address; its virtual host must be free of other fleets. Default: RabbitMq:Url of the settings.", HelpName = "URL" };
    private static readonly Option<double> TimeScale = new("--time-scale") { Description = "How many times as fast as a real one the simulated provider is, 1 to 1000.", HelpName = "N", DefaultValueFactory = _ => 30 };
    private static readonly Option<int> Seed = new("--seed") { Description = "Decides what the simulator does by chance.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private static readonly Option<string?> Faults = new("--faults") { Description = "A script of what goes wrong at the simulator.", HelpName = "FILE" };
    private static readonly Option<TimeSpan?> TimeLimit = new("--timeout") { Description = "Stops the run after this long, for example 00:10:00. Default: 10 minutes with the simulator, else never.", HelpName = "TIME" };
    private static readonly Option<bool> Plain = new("--plain") { Description = "One line for each change instead of a table. The default where the output is no terminal." };
    private static readonly Option<string> Output = new Option<string>("--output") { Description = "json: one document on standard output, progress on standard error.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");
    private static readonly Option<LogEventLevel> Level = new("--logs") { Description = "The least level that is logged, on standard error.", HelpName = "LEVEL", DefaultValueFactory = _ => LogEventLevel.Warning };
    private static readonly Option<string?> LogFile = new("--log-file") { Description = "Logs go to this file instead. Default while the table is drawn: workers.log in the results' folder.", HelpName = "FILE" };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("run", Description, Explanation)
        {
            File, Results, Simulator, Provider, ApiKeyFile, Ephemeral, Transport, Broker, TimeScale, Seed, Faults, TimeLimit, Plain, Output, Level, LogFile,
        };
        TimeScale.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !(double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) && scale is >= 1 and <= 1000))
            {
                result.AddError("--time-scale must be a number from 1 to 1000.");
            }
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(Simulator) && (result.GetResult(Provider) is { Implicit: false } || result.GetResult(ApiKeyFile) is { Implicit: false }))
            {
                result.AddError("--simulator excludes --provider and --api-key-file.");
            }

            if (result.GetResult(Broker) is { Implicit: false } && result.GetValue(Transport) != "rabbitmq")
            {
                result.AddError("--broker goes with --transport rabbitmq.");
            }
        });
        command.SetAction((parsed, stop) => RunAsync(Read(parsed), output, error, stop));
        return command;
    }

    private static async Task<int> RunAsync(RunSettings settings, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        try
        {
            return await new Run(settings, output, error, TimeProvider.System).ExecuteAsync(stop);
        }
        catch (CannotStartException problem) when (settings.Json)
        {
            // Whoever reads the document reads this too.
            var failure = new FailureReport(ExitCode.NotRun, problem.Message.Split('\n'));
            await output.Profile.Out.Writer.WriteLineAsync(JsonSerializer.Serialize(failure, ReportJson.Default.FailureReport));
            throw;
        }
    }

    private static RunSettings Read(ParseResult parsed) => new()
    {
        File = parsed.GetRequiredValue(File),
        Results = parsed.GetRequiredValue(Results),
        Simulator = parsed.GetValue(Simulator),
        Provider = parsed.GetValue(Provider),
        ApiKeyFile = parsed.GetValue(ApiKeyFile),
        Ephemeral = parsed.GetValue(Ephemeral),
        OnRabbitMq = parsed.GetValue(Transport) == "rabbitmq",
        Broker = parsed.GetValue(Broker),
        TimeScale = parsed.GetValue(TimeScale),
        Seed = parsed.GetValue(Seed),
        Faults = parsed.GetValue(Faults),
        Timeout = parsed.GetValue(TimeLimit),
        Plain = parsed.GetValue(Plain),
        Json = parsed.GetValue(Output) == "json",
        Logs = parsed.GetValue(Level),
        LogFile = parsed.GetValue(LogFile),
    };

    /// <summary>Reads the address of an option.</summary>
    internal static Uri? ReadUri(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri;
        }

        result.AddError($"{((OptionResult)result.Parent!).Option.Name} must be an http or https address.");
        return null;
    }
}
