using System.Diagnostics;
using System.Text.Json;
using System.Threading.Channels;

namespace Workers.Benchmarks.Processes;

/// <summary>A process of the fleet.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();

    private WorkerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Heard(line.Data);
        process.BeginOutputReadLine();
    }

    public int Id => _process.Id;

    /// <summary>Starts a process with these settings, and these roles or all.</summary>
    public static WorkerProcess Start(IReadOnlyDictionary<string, string?> settings, string roles = "lifecycle,submission,polling,retrieval,failures")
    {
        var start = new ProcessStartInfo("dotnet", [typeof(WorkerProcess).Assembly.Location, "worker", "--urls", "http://127.0.0.1:0", "--roles", roles])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>What it has counted so far.</summary>
    /// <param name="collect">Whether it shall first collect its garbage.</param>
    public async Task<Counts> CountsAsync(bool collect = false)
    {
        await _process.StandardInput.WriteLineAsync(collect ? "memory" : "counts");
        return JsonSerializer.Deserialize<Counts>(await _told.Reader.ReadAsync())!;
    }

    /// <summary>Kills it at once.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using (var terminate = Process.Start("kill", ["-TERM", _process.Id.ToString()]))
            {
                await terminate.WaitForExitAsync();
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(40));
            await _process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (!_process.HasExited)
            {
                await KillAsync();
            }
        }

        _process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line?.StartsWith(CountsTold.Prefix, StringComparison.Ordinal) == true)
        {
            _told.Writer.TryWrite(line[CountsTold.Prefix.Length..]);
        }
        else if (line?.Contains(" ERR ", StringComparison.Ordinal) == true)
        {
            Console.WriteLine(line);
        }
    }
}
