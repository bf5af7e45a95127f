using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Workers.Testing;

namespace Workers.Host.Tests.Support;

/// <summary>The real program, as a process of its own.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    /// <summary>Who starts has more to do than to tell how it is.</summary>
    private static readonly TimeSpan Starts = TimeSpan.FromMilliseconds(200);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly HttpClient _http;

    private HostProcess(Process process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it answers for its health.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>All that it has written so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Starts the program.</summary>
    public static HostProcess Start(IReadOnlyDictionary<string, string?> settings, params string[] arguments) => Start("Workers.Host.dll", settings, arguments);

    /// <summary>Starts the program with traps in it: submissions with the keys <c>crash</c> and <c>hang</c>.</summary>
    public static HostProcess StartTrapped(IReadOnlyDictionary<string, string?> settings) => Start("Workers.CrashingWorker.dll", settings);

    private static HostProcess Start(string program, IReadOnlyDictionary<string, string?> settings, params string[] arguments)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), "--urls", address, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return new HostProcess(Process.Start(start)!, new Uri(address));
    }

    /// <summary>Waits until it has written the text, or, where that will do, has ended.</summary>
    public Task WritesAsync(string text, double seconds = 30, bool orEnds = false) =>
        Eventually.HoldsAsync(() => Task.FromResult((orEnds && _process.HasExited) || Output.Contains(text, StringComparison.Ordinal)), () => $"It should write \"{text}\", and wrote:\n{Output}", seconds);

    /// <summary>Waits until its answer to /health/ready is as it should be, and gives the body.</summary>
    public Task<string> IsAsync(HttpStatusCode status, string reason = "", double seconds = 120) => AnswersAsync("health/ready", status, reason, seconds);

    /// <summary>Waits until its answer to a probe is as it should be, and gives the body.</summary>
    public async Task<string> AnswersAsync(string probe, HttpStatusCode status, string reason = "", double seconds = 120)
    {
        var (last, body) = (default(HttpStatusCode), "");
        await Eventually.HoldsAsync(
            async () =>
            {
                try
                {
                    using var response = await _http.GetAsync(new Uri(probe, UriKind.Relative));
                    (last, body) = (response.StatusCode, await response.Content.ReadAsStringAsync());
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                return last == status && body.Contains(reason, StringComparison.Ordinal);
            },
            () => $"{probe} should be {status} {reason}, and is {last} {body}\n{Output}",
            seconds,
            status == HttpStatusCode.OK ? Starts : null);
        return body;
    }

    /// <summary>Its answer to a probe that says it came by way of a proxy.</summary>
    public async Task<string> AnswersProxyAsync(string probe)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(probe, UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var response = await _http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    public Task<JsonElement> LiveAsync() => _http.GetFromJsonAsync<JsonElement>(new Uri("health/live", UriKind.Relative));

    /// <summary>SIGTERM, as an orchestrator sends it.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>SIGKILL, if it still lives after so long.</summary>
    public async Task KillAfterAsync(TimeSpan time)
    {
        using var patience = new CancellationTokenSource(time);
        await _process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    /// <summary>Waits until it has ended, and gives its exit code.</summary>
    public async Task<int> EndsAsync(double seconds = 30)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"It should have ended within {seconds} s, and wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _http.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
