using Workers.Simulator.Outputs;

namespace Workers.Simulator.Http;

/// <summary>Serves references to try requests with: <c>/samples/</c> as a good server would, <c>/samples/no-head/</c> as one that refuses HEAD.</summary>
internal static class SampleFiles
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/samples/{name}", [HttpMethods.Get, HttpMethods.Head], ServeAsync);
        routes.MapGet("/samples/no-head/{name}", ServeAsync);
    }

    private static Task ServeAsync(HttpContext http)
    {
        var name = (string)http.GetRouteValue("name")!;
        var result = Media.Samples.TryGetValue(name, out var sample)
            ? Results.Bytes(sample.Content, sample.MediaType, enableRangeProcessing: true)
            : Results.NotFound();
        return result.ExecuteAsync(http);
    }
}
