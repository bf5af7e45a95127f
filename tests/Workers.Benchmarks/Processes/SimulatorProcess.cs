using System.Diagnostics;
using System.Globalization;
using Workers.Simulator;

namespace Workers.Benchmarks.Processes;

/// <summary>The provider in a process of its own, without limits but that of its lists.</summary>
internal static class SimulatorProcess
{
    /// <param name="timeScale">Its seconds in one of ours.</param>
    /// <param name="accounts">How many accounts it has: <c>account-0</c> with <c>key-0</c> and so on.</param>
    /// <param name="taskLasts">By its clock.</param>
    public static async Task<(Process Process, Uri Address)> StartAsync(double timeScale, int accounts, TimeSpan taskLasts)
    {
        var lasts = string.Create(CultureInfo.InvariantCulture, $"{taskLasts.TotalMilliseconds}ms");
        string[] options =
        [
            "--port", "0", "--time-scale", timeScale.ToString(CultureInfo.InvariantCulture), "--max-running", "1000000", "--max-queued", "0", "--creates-per-minute", "0",
            "--lists-per-second", timeScale > 1 ? "0" : "1",
            "--start-delay", "1ms", "--min-task-duration", lasts, "--max-task-duration", lasts, "--counters-only", "true",
            "--keys", string.Join(',', Enumerable.Range(0, accounts).Select(number => $"key-{number}=account-{number}")),
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(ModelArkSimulator).Assembly.Location, .. options]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ').FirstOrDefault(word => word.StartsWith("http://127", StringComparison.Ordinal)) is { } address)
            {
                return (process, new Uri(new Uri(address.TrimEnd('.', ',')).GetLeftPart(UriPartial.Authority)));
            }
        }

        throw new InvalidOperationException("The simulator did not start.");
    }
}
