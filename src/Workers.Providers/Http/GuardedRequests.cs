using System.Net;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Http;

/// <summary>Judges the address of each request, and follows redirects by hand so that their targets are judged as well.</summary>
internal sealed class GuardedRequests(OutboundPolicy policy, IOptions<OutboundOptions> options) : DelegatingHandler
{
    /// <exception cref="OutboundRefusedException">An address on the way may not be asked, or there were too many of them.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var uri = request.RequestUri!;
        for (var hops = 0; ; hops++)
        {
            if (policy.Judge(uri) is { } refusal)
            {
                throw new OutboundRefusedException(refusal);
            }

            var response = await SendOnceAsync(request, uri, cancellationToken);
            if (Target(response, uri) is not { } target)
            {
                return response;
            }

            response.Dispose();
            if (hops >= options.Value.MaxRedirects)
            {
                throw new OutboundRefusedException("it redirects too often");
            }

            // A step down to http is only taken to a listed host: Judge refuses http elsewhere.
            uri = target;
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, Uri uri, CancellationToken cancellationToken)
    {
        using var hop = new HttpRequestMessage(request.Method, uri);
        foreach (var (name, values) in request.Headers)
        {
            hop.Headers.Add(name, values);
        }

        return await base.SendAsync(hop, cancellationToken);
    }

    private static Uri? Target(HttpResponseMessage response, Uri from) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
            ? new Uri(from, location)
            : null;
}
