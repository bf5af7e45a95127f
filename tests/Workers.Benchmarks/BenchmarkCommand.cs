using System.CommandLine;
using NUnit.Framework;
using Workers.Benchmarks.Lives;
using Workers.Benchmarks.Million;
using Workers.Benchmarks.Rounds;
using Workers.Benchmarks.Telemetry;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.Benchmarks;

/// <summary>The command line.</summary>
internal sealed class BenchmarkCommand : RootCommand
{
    private const string Explanation =
        """
        Measures the fleet in processes of its own, on RabbitMQ, the store and a simulated provider.

        Servers: WORKERS_TEST_RABBITMQ, WORKERS_TEST_RABBITMQ_UI and WORKERS_TEST_MONGODB hold their addresses; else containers, where a Docker engine answers. Each run has a virtual host
        and a database of its own.

        Exit codes: 0 measured, 1 the numbers are not what they must be, or there is no server.
        """;

    public BenchmarkCommand()
        : base(Explanation)
    {
        Add(Measurement("bus", "Messages and jobs a second over RabbitMQ, beside the client alone.", [], async _ =>
        {
            await TestBroker.RequireAsync();
            await BusBenchmark.RunAsync();
            return true;
        }));
        Add(Lives());
        Add(Telemetry());
        Add(Rounds());
        Add(Million());
    }

    private static Command Lives()
    {
        var seconds = Number("--seconds", 30, "Length of the measurement of the rate; 0 for none.");
        var inFlight = Number("--in-flight", 2_500, "Jobs under way in it.");
        var jobs = Number("--jobs", 10_000, "Jobs in the measurements of time and memory; 0 for none.");
        var workers = Number("--workers", 1, "Processes.");
        return Measurement(
            "lives",
            "Jobs a second through their whole life, what each costs, and how soon it starts.",
            [seconds, inFlight, jobs, workers],
            async line =>
            {
                await LifeBenchmark.RunAsync(await ServersAsync(), line.GetValue(workers), line.GetValue(inFlight), line.GetValue(seconds), line.GetValue(jobs));
                return true;
            });
    }

    private static Command Telemetry()
    {
        var pairs = Number("--pairs", 10, "Stretches of time that are compared.");
        var seconds = Number("--seconds", 20, "Length of one.");
        var inFlight = Number("--in-flight", 50, "Jobs under way in each fleet.");
        return Measurement(
            "telemetry",
            "What logs, metrics and traces cost, and a log server that is not there.",
            [pairs, seconds, inFlight],
            async line =>
            {
                await TelemetryBenchmark.RunAsync(await ServersAsync(), line.GetValue(pairs), TimeSpan.FromSeconds(line.GetValue(seconds)), line.GetValue(inFlight));
                return true;
            });
    }

    private static Command Rounds()
    {
        var attempts = Number("--attempts", 100_000, "Attempts that come due.");
        var accounts = Number("--accounts", 200, "Accounts that they are in.");
        var processes = Number("--processes", 8, "Processes that poll.");
        var kills = Number("--kills", 3, "How many of them are killed on the way.");
        var within = Number("--within", 150, "Seconds over which the attempts come due; by default twice as dense as those of tasks whose first look comes after half the interval.");
        var interval = Number("--interval", 600, "The longest time between two looks at a task, in seconds.");
        var lead = Number("--lead", 0, "Seconds until the first is due, for all to be made and all processes to start; 0 for a minute and a second for each 1,000 attempts.");
        return Measurement(
            "rounds",
            "Polling processes on many due attempts, some killed: what the provider sees of it.",
            [attempts, accounts, processes, kills, within, interval, lead],
            async line => await RoundsBenchmark.RunAsync(await ServersAsync(), new RoundsPlan(
                line.GetValue(attempts),
                line.GetValue(accounts),
                line.GetValue(processes),
                line.GetValue(kills),
                TimeSpan.FromSeconds(line.GetValue(within)),
                TimeSpan.FromSeconds(line.GetValue(interval)),
                TimeSpan.FromSeconds(line.GetValue(lead) is > 0 and var wanted ? wanted : 60 + (line.GetValue(attempts) / 1000)))));
    }

    private static Command Million()
    {
        var few = Number("--few", 10_000, "Jobs in the one database.");
        var many = Number("--many", 1_000_000, "Jobs in the other.");
        var rounds = Number("--rounds", 300, "Measurements of each operation.");
        return Measurement(
            "million",
            "What is asked of the store on few jobs and on many.",
            [few, many, rounds],
            async line => await MillionBenchmark.RunAsync((await TestStore.RequireAsync()).Url, line.GetValue(few), line.GetValue(many), line.GetValue(rounds)));
    }

    private static Option<int> Number(string name, int value, string description) => new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>The store's address, where there is a broker as well.</summary>
    private static async Task<string> ServersAsync()
    {
        await TestBroker.RequireAsync();
        return (await TestStore.RequireAsync()).Url;
    }

    /// <param name="name">The command.</param>
    /// <param name="description">What it measures.</param>
    /// <param name="numbers">What it can be made smaller or larger by.</param>
    /// <param name="run">Measures, on the servers that it requires, and says whether the numbers are what they must be.</param>
    private static Command Measurement(string name, string description, Option<int>[] numbers, Func<ParseResult, Task<bool>> run)
    {
        var command = new Command(name, description);
        foreach (var number in numbers)
        {
            command.Add(number);
        }

        command.SetAction(async (line, _) =>
        {
            try
            {
                return await run(line) ? 0 : 1;
            }
            catch (IgnoreException missing)
            {
                await line.InvocationConfiguration.Error.WriteLineAsync(missing.Message);
                return 1;
            }
        });
        return command;
    }
}
