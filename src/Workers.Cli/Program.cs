using System.Runtime.InteropServices;
using Spectre.Console;
using Workers.Cli;

const string ShowCursor = "\e[?25h";

// What is not a terminal has no width: nothing is wrapped for it.
const int Unlimited = 1000;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await Cli.RunAsync(args, Console(System.Console.Out), Console(System.Console.Error), stop.Token);

// The first signal ends the run in good order; the second ends the process.
void Stop(PosixSignalContext signal)
{
    if (!stop.IsCancellationRequested)
    {
        signal.Cancel = true;
        stop.Cancel();
    }
    else
    {
        if (!System.Console.IsOutputRedirected)
        {
            System.Console.Out.Write(ShowCursor); // the table hides it, and has no time left to bring it back
        }

        Environment.Exit(ExitCode.NotRun);
    }
}

static IAnsiConsole Console(TextWriter writer)
{
    var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
    if (!console.Profile.Out.IsTerminal)
    {
        console.Profile.Width = Unlimited;
    }

    return console;
}
