using System.Diagnostics;
using System.Globalization;
using Workers.FailpointHost;

namespace Workers.CrashMatrix.Fleet;

/// <summary>One process of the fleet, started again at once whenever it dies.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private const string Adopted = "adopts task";

    /// <summary>A process that dies more often than that by itself, one time after the other, will not live.</summary>
    private const int MostEarlyDeaths = 5;

    private static readonly TimeSpan Early = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly StreamWriter _log;
    private readonly Task _life;

    // Under the gate.
    private int _process;
    private bool _isOver;
    private int _adoptions;

    public Worker(string log, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        _log = new StreamWriter(log) { AutoFlush = true };
        AppDomain.CurrentDomain.ProcessExit += GoWithUs;
        _life = LiveAsync(environment, arguments);
    }

    /// <summary>Tasks adopted by reconciliation, so far.</summary>
    public int Adoptions
    {
        get
        {
            lock (_gate)
            {
                return _adoptions;
            }
        }
    }

    /// <summary>Ends in good order, or else at once.</summary>
    public async ValueTask DisposeAsync()
    {
        int last;
        lock (_gate)
        {
            _isOver = true;
            last = _process;
        }

        if (last != 0)
        {
            Signals.Continue(last);
            Signals.Terminate(last);
            await Task.WhenAny(_life, Task.Delay(Grace, TimeProvider.System, CancellationToken.None));
            if (!_life.IsCompleted)
            {
                Signals.Kill(last);
            }
        }

        await _life;
        AppDomain.CurrentDomain.ProcessExit -= GoWithUs;
        await _log.DisposeAsync();
    }

    /// <summary>Nobody else would end it where the harness is ended early.</summary>
    private void GoWithUs(object? sender, EventArgs args)
    {
        lock (_gate)
        {
            _isOver = true;
            if (_process != 0)
            {
                Signals.Kill(_process);
            }
        }
    }

    private async Task LiveAsync(IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        for (var early = 0; early < MostEarlyDeaths;)
        {
            var started = TimeProvider.System.GetTimestamp();
            using var process = Start(environment, arguments);
            if (process is null)
            {
                return;
            }

            await process.WaitForExitAsync();
            lock (_gate)
            {
                _process = 0;
            }

            Write(string.Create(CultureInfo.InvariantCulture, $"The process {process.Id} ended with {process.ExitCode}."));
            early = TimeProvider.System.GetElapsedTime(started) < Early ? early + 1 : 0;
        }

        Write("The process dies again and again, and is not started any more.");
    }

    private Process? Start(IReadOnlyDictionary<string, string?> environment, string[] arguments)
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return null;
            }

            var start = new ProcessStartInfo("dotnet", [typeof(Order).Assembly.Location, "--urls", "http://127.0.0.1:0", .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var (key, value) in environment)
            {
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            }

            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, line) => Write(line.Data);
            process.ErrorDataReceived += (_, line) => Write(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            _process = process.Id;
            return process;
        }
    }

    private void Write(string? line)
    {
        lock (_gate)
        {
            if (line is not null)
            {
                _log.WriteLine(line);
                _adoptions += line.Contains(Adopted, StringComparison.Ordinal) ? 1 : 0;
            }
        }
    }
}
