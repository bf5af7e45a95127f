namespace Workers.Providers.Http;

/// <summary>Reads answers whole and within bounds, inside the time-outs and retries, which otherwise would end with the headers.</summary>
internal sealed class WholeBody : DelegatingHandler
{
    private const long MaxBytes = 16 * 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        try
        {
            await response.Content.LoadIntoBufferAsync(MaxBytes, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }
}
