using System.CommandLine;
using Spectre.Console;
using Workers.Cli.Checking;
using Workers.Cli.DeadLetters;
using Workers.Cli.Operating;
using Workers.Cli.Running;
using Workers.Cli.Schemas;
using Workers.Cli.Stores;
using Workers.Cli.Topology;

namespace Workers.Cli;

/// <summary>The program, for the shell and for tests.</summary>
internal static class Cli
{
    /// <param name="args">The command line.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="stop">Ends a run in good order.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
    {
        var root = new RootCommand("Workers: a fleet of workers for slow, paid, asynchronous generation APIs.")
        {
            RunCommand.Create(output, error),
            CheckCommand.Create(output, error),
            SubmitCommand.Create(output, error),
            JobsCommand.Create(output),
            ResumeCommand.Create(output, error),
            CancelCommand.Create(output, error),
            SettleCommand.Create(output, error),
            AcceptCommand.Create(output, error),
            FailuresCommand.Create(output),
            CostsCommand.Create(output, error),
            AlertsCommand.Create(output),
            PruneCommand.Create(output),
            EraseCommand.Create(output, error),
            DeadLettersCommand.Create(output, error),
            SchemasCommand.Create(output),
            TopologyCommand.Create(output, error),
            StoreCommand.Create(output, error),
        };
        ExplainingHelp.Use(root);
        var invocation = new InvocationConfiguration
        {
            Output = output.Profile.Out.Writer,
            Error = error.Profile.Out.Writer,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // signals are the program's own business
        };
        try
        {
            return await root.Parse(args).InvokeAsync(invocation, stop);
        }
        catch (CannotStartException problem)
        {
            error.WriteLine(problem.Message, Style.Parse("red"));
            return ExitCode.NotRun;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            error.WriteLine("Stopped before anything was submitted.");
            return ExitCode.NotRun;
        }
    }
}
