using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Workers.Benchmarks.Telemetry;

/// <summary>Takes whatever is posted to it, as a log server and a collector do, and counts the bytes.</summary>
internal sealed class Sink : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _bytes;

    private Sink(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    public long Bytes => Interlocked.Read(ref _bytes);

    public static async Task<Sink> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var app = builder.Build();
        app.UseRouting();
        var sink = new Sink(app);
        app.MapPost("/{**path}", sink.TakeAsync);
        await app.StartAsync();
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
