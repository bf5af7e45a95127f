using System.CommandLine;
using System.Globalization;

namespace Workers.Simulator.CommandLine;

/// <summary>The command <c>health</c>: asks the simulator that runs beside it, for images that have nothing else to ask with.</summary>
internal static class HealthCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    /// <param name="port">Where the simulator listens, by the command line or the environment.</param>
    public static Command Create(Func<ParseResult, int> port)
    {
        var command = new Command("health", "Asks the simulator on this machine whether it answers. Exit codes: 0 it does, 1 it does not.");
        command.SetAction((line, stop) => AskAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port(line)}/health")), line.InvocationConfiguration.Error, stop));
        return command;
    }

    private static async Task<int> AskAsync(Uri address, TextWriter error, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(address, stop);
            if (response.IsSuccessStatusCode)
            {
                return 0;
            }

            await error.WriteLineAsync($"{address} answers {(int)response.StatusCode}.");
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"{address} does not answer ({fault.GetType().Name}).");
        }

        return 1;
    }
}
