using System.Net;
using System.Net.Http.Headers;

namespace Workers.Providers.Http;

/// <inheritdoc cref="IReferenceProbe"/>
internal sealed class ReferenceProbe(IHttpClientFactory clients) : IReferenceProbe
{
    public async Task<ReferenceFacts> ProbeAsync(Uri uri, CancellationToken cancellationToken)
    {
        var facts = await AskAsync(HttpMethod.Head, uri, cancellationToken);

        // A URI that was signed for GET answers 403 to HEAD.
        return facts.Status is HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.Forbidden
            ? await AskAsync(HttpMethod.Get, uri, cancellationToken)
            : facts;
    }

    private async Task<ReferenceFacts> AskAsync(HttpMethod method, Uri uri, CancellationToken cancellationToken)
    {
        try
        {
            OutboundPolicy.RequireAbsolute(uri);
            using var request = new HttpRequestMessage(method, uri);
            request.Options.Set(HttpClients.Operation, "reference probe");
            if (method == HttpMethod.Get)
            {
                request.Headers.Range = new RangeHeaderValue(0, 0);
            }

            using var client = clients.CreateClient(HttpClients.Probe);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return Read(response);
        }
        catch (Exception fault) when (HttpFault.IsExpected(fault, cancellationToken))
        {
            var refusal = HttpFault.Refusal(fault);
            return new() { Reachable = false, Problem = refusal ?? HttpFault.InWords(fault), Transient = refusal is null };
        }
    }

    private static ReferenceFacts Read(HttpResponseMessage response)
    {
        var status = response.StatusCode;
        var content = response.Content.Headers;
        return response.IsSuccessStatusCode
            ? new()
            {
                Reachable = true,
                Status = status,
                ContentType = MediaType(content),
                Length = status == HttpStatusCode.PartialContent ? content.ContentRange?.Length : content.ContentLength,
            }
            : new()
            {
                Reachable = false,
                Status = status,
                Problem = $"the server answered {(int)status}",
                Transient = HttpFault.IsTransient(status),
            };
    }

    /// <summary>In lower case, as media types are usually written.</summary>
    internal static string? MediaType(HttpContentHeaders headers) => headers.ContentType?.MediaType is { } type ? string.Create(type.Length, type, (span, from) => from.AsSpan().ToLowerInvariant(span)) : null;
}
