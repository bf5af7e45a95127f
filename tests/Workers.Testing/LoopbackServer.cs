using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Workers.Testing;

/// <summary>A web server on a free port of loopback that says nothing of itself: what stands in for a server of others is made of it.</summary>
internal static class LoopbackServer
{
    /// <param name="map">Says what it answers.</param>
    public static async Task<WebApplication> StartAsync(Action<WebApplication> map)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var app = builder.Build();
        app.UseRouting();
        map(app);
        await app.StartAsync();
        return app;
    }
}
