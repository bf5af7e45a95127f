using System.Text.Json;

namespace Workers.Host.Health;

/// <summary>Asks a process on this machine whether it is ready.</summary>
internal static class HealthQuestion
{
    private const int Ready = 0;
    private const int NotReady = 1;

    /// <summary>Below the time that the image's own check is given, so that the words are still written.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private static readonly string[] AnyAddress = ["+", "*", "0.0.0.0", "[::]"];

    /// <param name="urls">Where the process listens, in the form of ASPNETCORE_URLS; the first http address is asked, on loopback where it stands for all.</param>
    /// <param name="output">Where it is told that the process is ready.</param>
    /// <param name="error">Where it is told what is wrong.</param>
    /// <param name="stop">Gives up.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> AskAsync(string urls, TextWriter output, TextWriter error, CancellationToken stop)
    {
        if (Find(urls) is not { } address)
        {
            await error.WriteLineAsync($"No http address is among the addresses of the process ({urls}). Give one in --urls, for example http://127.0.0.1:8080.");
            return NotReady;
        }

        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var response = await http.GetAsync(address, stop);
            if (response.IsSuccessStatusCode)
            {
                await output.WriteLineAsync("ready");
                return Ready;
            }

            await error.WriteLineAsync(Reasons(await response.Content.ReadAsStringAsync(stop)));
        }
        catch (Exception fault) when (fault is HttpRequestException or TaskCanceledException)
        {
            await error.WriteLineAsync($"{address} does not answer ({(fault is TaskCanceledException ? $"waited {Patience.TotalSeconds} s" : ((HttpRequestException)fault).HttpRequestError)}).");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await error.WriteLineAsync($"{address} is no process of the fleet: its answer has another shape.");
        }

        return NotReady;
    }

    private static Uri? Find(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var listened = BindingAddress.Parse(url);
            return new UriBuilder(Uri.UriSchemeHttp, AnyAddress.Contains(listened.Host) ? "127.0.0.1" : listened.Host, listened.Port, "health/ready").Uri;
        }

        return null;
    }

    private static string Reasons(string answer)
    {
        using var document = JsonDocument.Parse(answer);
        if (!document.RootElement.TryGetProperty("checks", out var checks))
        {
            return "not ready, and Health:Details has it tell nobody why: the log says it";
        }

        var wrong = checks.EnumerateObject()
            .Where(check => check.Value.GetProperty("status").GetString() != "healthy")
            .Select(check => $"{check.Name}: {check.Value.GetProperty("reason").GetString()}");
        return string.Join('\n', wrong.Prepend("not ready"));
    }
}
