using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Workers.Testing;

namespace Workers.Benchmarks.Telemetry;

/// <summary>Takes whatever is posted to it, as a log server and a collector do, and counts the bytes.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private WebApplication _app = null!;
    private long _bytes;

    public string Address => _app.Urls.Single();

    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<Sink> StartAsync()
    {
        var sink = new Sink();
        sink._app = await LoopbackServer.StartAsync(app => app.MapPost("/{**path}", sink.TakeAsync));
        return sink;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var buffer = new byte[64 << 10];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            Interlocked.Add(ref _bytes, read);
        }

        context.Response.StatusCode = context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) ? StatusCodes.Status200OK : StatusCodes.Status201Created;
    }
}
