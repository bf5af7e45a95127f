using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Workers.Testing;

namespace Workers.Host.Tests.Redaction;

/// <summary>Takes spans and metrics by OTLP over HTTP, and keeps their bytes: texts in them are as they are.</summary>
internal sealed class TelemetryServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Kind, string Text)> _seen = new();
    private WebApplication _app = null!;

    public string Address => _app.Urls.Single();

    /// <summary>All that came, by <c>traces</c> or <c>metrics</c>.</summary>
    public IReadOnlyList<string> Of(string kind) => [.. _seen.Where(one => one.Kind == kind).Select(one => one.Text)];

    public static async Task<TelemetryServer> StartAsync()
    {
        var server = new TelemetryServer();
        server._app = await LoopbackServer.StartAsync(app => app.MapPost("/v1/{kind}", server.TakeAsync));
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        _seen.Enqueue(((string)context.Request.RouteValues["kind"]!, Encoding.UTF8.GetString(body.ToArray())));
    }
}
