using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Workers.Testing;

namespace Workers.Host.Tests.Logs;

/// <summary>Takes what a log server takes: CLEF, one event a line.</summary>
internal sealed class LogServer : IAsyncDisposable
{
    public const string Key = "canary-seq-key";

    private readonly ConcurrentQueue<JsonElement> _events = new();
    private WebApplication _app = null!;
    private volatile bool _isAway;
    private int _taken;

    public string Address => _app.Urls.Single();

    public IReadOnlyList<JsonElement> Events => [.. _events];

    /// <summary>It answers, but takes nothing.</summary>
    public bool IsAway
    {
        get => _isAway;
        set => _isAway = value;
    }

    /// <summary>It takes all, and of every second request its sender hears that it did not.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>Requests that it sent away.</summary>
    public int Refused { get; private set; }

    public static async Task<LogServer> StartAsync()
    {
        var server = new LogServer();
        server._app = await LoopbackServer.StartAsync(app =>
        {
            app.MapPost("/ingest/clef", server.IngestAsync);
            app.MapPost("/api/events/raw", server.IngestAsync);
        });
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task IngestAsync(HttpContext context)
    {
        if (_isAway || context.Request.Headers["X-Seq-ApiKey"] != Key)
        {
            Refused++;
            context.Response.StatusCode = _isAway ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        while (await reader.ReadLineAsync(context.RequestAborted) is { } line)
        {
            if (line.Length > 0)
            {
                _events.Enqueue(JsonDocument.Parse(line).RootElement);
            }
        }

        if (LosesAnswers && Interlocked.Increment(ref _taken) % 2 == 1)
        {
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
            return;
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsync("{\"MinimumLevelAccepted\":null}", context.RequestAborted);
    }
}

/// <summary>What a test asks of an event.</summary>
internal static class LoggedEvents
{
    public static int Id(this JsonElement logged) => logged.TryGetProperty("EventId", out var id) && id.TryGetProperty("Id", out var number) ? number.GetInt32() : 0;

    public static string? Text(this JsonElement logged, string property) => logged.TryGetProperty(property, out var value) ? value.ToString() : null;

    public static DateTimeOffset At(this JsonElement logged) => DateTimeOffset.Parse(logged.GetProperty("@t").GetString()!, CultureInfo.InvariantCulture);
}
