using System.Diagnostics;
using System.Text.Json;

namespace Workers.Compose.Tests.Support;

/// <summary>The Docker engine, by its own program.</summary>
internal static class Docker
{
    /// <summary>Runs a command and gives what it wrote.</summary>
    public static async Task<string> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (code, output, error) = await TryAsync(environment, arguments);
        Assert.That(code, Is.Zero, () => $"docker {string.Join(' ', arguments)}\n{output}{error}");
        return output;
    }

    public static Task<string> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs a command, whatever comes of it; exit code 127 where there is no such program.</summary>
    public static async Task<(int Code, string Output, string Error)> TryAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Stack.Repository };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            using var process = Process.Start(start)!;
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            return (127, "", missing.Message);
        }
    }

    /// <summary>What the engine knows of a container.</summary>
    public static async Task<JsonElement> InspectAsync(string container)
    {
        using var document = JsonDocument.Parse(await RunAsync("inspect", container));
        return document.RootElement[0].Clone();
    }
}
