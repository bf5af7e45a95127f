using System.CommandLine;
using NUnit.Framework;
using Workers.CrashMatrix.Rows;
using Workers.Testing.Broker;
using Workers.Testing.Stores;

namespace Workers.CrashMatrix;

/// <summary>The command line.</summary>
internal sealed class MatrixCommand : RootCommand
{
    private const string Explanation =
        """
        Kills the fleet's processes at each failpoint, and has them stand still for longer than they may hold anything, while jobs go through RabbitMQ, the store and a simulated provider.
        Every job must end, and none may ever have two live or billed tasks: the provider counts them.

        Servers: WORKERS_TEST_RABBITMQ, WORKERS_TEST_RABBITMQ_UI and WORKERS_TEST_MONGODB hold their addresses; else containers, where a Docker engine answers. Each lane has a virtual
        host and a database of its own.
        The rows that crash a server need the commands WORKERS_TEST_RABBITMQ_CRASH and _START, WORKERS_TEST_MONGODB_CRASH and _START; give them servers that nobody else uses.

        Exit codes: 0 clean, 1 something was lost, doubled or otherwise wrong.
        """;

    private readonly Option<int> _seeds = new("--seeds") { Description = "Runs with SIGKILL at each failpoint.", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _stops = new("--stops") { Description = "Runs with SIGSTOP, and SIGCONT when all leases are over, at each failpoint.", DefaultValueFactory = _ => 5 };
    private readonly Option<string[]> _only = new("--only") { Description = "Only this row. May be given again.", HelpName = "ROW" };
    private readonly Option<int> _lanes = new("--lanes") { Description = "Fleets at once, each of two processes.", DefaultValueFactory = _ => 3 };
    private readonly Option<double> _scale = new("--scale") { Description = "Seconds of the fleet and its provider in one of ours.", DefaultValueFactory = _ => 4 };
    private readonly Option<bool> _processesOnly = new("--processes-only") { Description = "No server is crashed." };
    private readonly Option<bool> _orSkip = new("--or-skip") { Description = "Ends well where there is no server to test with." };
    private readonly Option<bool> _keepLogs = new("--keep-logs") { Description = "Keeps what the processes wrote also where all is clean." };

    public MatrixCommand()
        : base(Explanation)
    {
        _only.AcceptOnlyFromAmong([.. Place.All.Select(place => place.Name), .. ServerRun.All.Select(run => run.Row)]);
        Add(_seeds);
        Add(_stops);
        Add(_only);
        Add(_lanes);
        Add(_scale);
        Add(_processesOnly);
        Add(_orSkip);
        Add(_keepLogs);
        SetAction((line, _) => RunAsync(line));
    }

    private async Task<int> RunAsync(ParseResult line)
    {
        var (output, error) = (line.InvocationConfiguration.Output, line.InvocationConfiguration.Error);
        TestStore store;
        try
        {
            await TestBroker.RequireAsync();
            store = await TestStore.RequireAsync();
        }
        catch (IgnoreException missing)
        {
            await error.WriteLineAsync(missing.Message);
            return line.GetValue(_orSkip) ? 0 : 1;
        }

        var settings = new MatrixSettings
        {
            Seeds = line.GetRequiredValue(_seeds),
            Stops = line.GetRequiredValue(_stops),
            Only = line.GetValue(_only) ?? [],
            Lanes = line.GetRequiredValue(_lanes),
            Scale = line.GetRequiredValue(_scale),
            Store = store.Url,
            ProcessesOnly = line.GetValue(_processesOnly),
            KeepLogs = line.GetValue(_keepLogs),
        };
        return await new Matrix(settings, output).RunAsync() ? 0 : 1;
    }
}
