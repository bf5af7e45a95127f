using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Workers.Testing.Providers;

/// <summary>A simulated provider of nothing but running tasks, any number of them, that remembers each list call: whose it was, when it came and went, and which tasks it asked for.</summary>
internal sealed class ListedTasks : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeSpan _answerTakes;
    private readonly ConcurrentQueue<ListCall> _calls = [];

    private int _underWay;

    private ListedTasks(WebApplication app, TimeSpan answerTakes) => (_app, _answerTakes) = (app, answerTakes);

    public Uri Root => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>List calls that have come and are not answered yet.</summary>
    public int UnderWay => _underWay;

    /// <summary>The list calls that were answered so far.</summary>
    public IReadOnlyCollection<ListCall> Calls => _calls;

    /// <param name="answerTakes">How long a call is under way at least, so that two at once are seen to be.</param>
    public static async Task<ListedTasks> StartAsync(TimeSpan answerTakes)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0").ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestLineSize = 64 << 10);
        var app = builder.Build();
        var provider = new ListedTasks(app, answerTakes);
        app.MapGet("/api/v3/contents/generations/tasks", provider.ListAsync);
        await app.StartAsync();
        return provider;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ListAsync(HttpContext http)
    {
        var came = TimeProvider.System.GetUtcNow();
        string[] ids = [.. http.Request.Query["filter.task_ids"].OfType<string>()];
        Interlocked.Increment(ref _underWay);
        try
        {
            await Task.Delay(_answerTakes, TimeProvider.System, http.RequestAborted);
            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(Answer(ids, came.ToUnixTimeSeconds()), http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Who asked is dead.
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
            _calls.Enqueue(new ListCall(http.Request.Headers.Authorization.ToString(), came, TimeProvider.System.GetUtcNow(), ids));
        }
    }

    private static byte[] Answer(string[] ids, long now) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        total = ids.Length,
        items = ids.Select(id => new { id, model = "model", status = "running", created_at = now, updated_at = now }),
    });

    /// <summary>One call, by the wall clock.</summary>
    internal sealed record ListCall(string Account, DateTimeOffset Came, DateTimeOffset Went, IReadOnlyList<string> Ids);
}
