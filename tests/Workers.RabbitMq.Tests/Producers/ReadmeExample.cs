using System.Diagnostics;
using System.Text.RegularExpressions;
using Workers.Testing;

namespace Workers.RabbitMq.Tests.Producers;

/// <summary>A fenced block of README.md behind a comment that names it, run as it stands there.</summary>
internal sealed partial class ReadmeExample : IDisposable
{
    private readonly Process _process;

    private ReadmeExample(Process process) => _process = process;

    /// <summary>What it prints.</summary>
    public StreamReader Output => _process.StandardOutput;

    public static ReadmeExample Start(string name, string program, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, "-") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (program.EndsWith("sh", StringComparison.Ordinal))
        {
            start.ArgumentList.Clear();
            start.Arguments = "-s";
        }

        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Write(Find(name));
        process.StandardInput.Close();
        return new ReadmeExample(process);
    }

    /// <summary>Waits for its good end, and gives what it printed.</summary>
    public async Task<string> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var output = _process.StandardOutput.ReadToEndAsync(patience.Token);
        var error = _process.StandardError.ReadToEndAsync(patience.Token);
        await _process.WaitForExitAsync(patience.Token);
        Assert.That(_process.ExitCode, Is.Zero, await error);
        return await output;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Find(string name)
    {
        var block = Fenced().Matches(File.ReadAllText(Repository.PathOf("README.md"))).SingleOrDefault(match => match.Groups["name"].Value == name);
        return block?.Groups["code"].Value ?? throw new AssertionException($"README.md should have one block behind <!-- tested: {name} -->.");
    }

    [GeneratedRegex(@"<!-- tested: (?<name>\S+) -->\n```\w+\n(?<code>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();
}
