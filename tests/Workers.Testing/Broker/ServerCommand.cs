using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Workers.Testing.Broker;

/// <summary>What crashes and starts the servers of the tests.</summary>
internal static class ServerCommand
{
    /// <summary>Runs a command to its end. Ignores the running test where there is none.</summary>
    /// <param name="command">For the shell.</param>
    /// <param name="variable">Where it is told.</param>
    public static async Task RunAsync(string? command, string variable)
    {
        if (command is null)
        {
            Assert.Ignore($"{variable} does not say how to crash and start the server of the tests.");
        }

        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command!]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{variable}: {await error}");
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
