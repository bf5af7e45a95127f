using System.Diagnostics.CodeAnalysis;
using System.Net;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Http;

/// <summary>
/// Judges the address of each request, and follows redirects by hand so that their targets are judged as well. A key goes to the host that it was given for, and no further.
/// </summary>
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
            if (!Redirects(response, out var location))
            {
                return response;
            }

            response.Dispose();
            if (!Uri.TryCreate(uri, location, out var target))
            {
                throw new OutboundRefusedException("it redirects to what is no address");
            }

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
            hop.Headers.TryAddWithoutValidation(name, values);
        }

        if (!IsSameServer(uri, request.RequestUri!))
        {
            hop.Headers.Authorization = null;
        }

        try
        {
            return await base.SendAsync(hop, cancellationToken);
        }
        catch (Exception fault) when (fault is UriFormatException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // A stranger's address that passes for one, and that the layers below can't ask.
            throw new OutboundRefusedException("it is no address that can be asked");
        }
    }

    private static bool IsSameServer(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.Host, other.Host, StringComparison.OrdinalIgnoreCase);

    private static bool Redirects(HttpResponseMessage response, [NotNullWhen(true)] out Uri? location)
    {
        location = response.Headers.Location;
        return location is not null
            && response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
    }
}
