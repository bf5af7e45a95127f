using System.Diagnostics;

namespace Workers.CrashMatrix.Fleet;

/// <summary>A server that can be killed and started again, by commands that the environment names.</summary>
internal sealed class Server(string name, string crashVariable, string startVariable)
{
    public static Server Broker { get; } = new("broker", "WORKERS_TEST_RABBITMQ_CRASH", "WORKERS_TEST_RABBITMQ_START");

    public static Server Store { get; } = new("store", "WORKERS_TEST_MONGODB_CRASH", "WORKERS_TEST_MONGODB_START");

    /// <summary>Why it can't be, or null.</summary>
    public string? Missing => Array.Find([crashVariable, startVariable], variable => Environment.GetEnvironmentVariable(variable) is null or "") is { } variable
        ? $"{variable} does not say how to crash and start the {name}"
        : null;

    /// <summary>Kills it at once, as a power cut does.</summary>
    public Task CrashAsync() => RunAsync(crashVariable);

    /// <summary>Starts it again, on the data that it left, and waits until it answers.</summary>
    public Task StartAsync() => RunAsync(startVariable);

    private static async Task RunAsync(string variable)
    {
        // Nothing of it is read: what it starts would keep the pipes open.
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"({Environment.GetEnvironmentVariable(variable)}) >/dev/null 2>&1"]))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The command in {variable} ended with {process.ExitCode}.");
        }
    }
}
