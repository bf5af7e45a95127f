using System.Net;
using Microsoft.Extensions.Options;
using Workers.Contracts;

namespace Workers.Providers.Http;

/// <inheritdoc cref="IOutputSource"/>
internal sealed class OutputSource(IHttpClientFactory clients, IOptions<HttpOptions> options, TimeProvider time) : IOutputSource
{
    public async Task<OutputAnswer> OpenAsync(Uri uri, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Options.Set(HttpClients.Operation, "output download");
            using var client = clients.CreateClient(HttpClients.Download);
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                var opened = await OpenedAsync(response, cancellationToken);
                response = null;
                return opened;
            }

            var status = (int)response.StatusCode;
            return response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone
                ? new OutputAnswer.Gone(status)
                : new OutputAnswer.Unavailable(Failure(FailureBucket.ServerError, Disposition.Retry, $"Http{status}", $"the server answered {status}"));
        }
        catch (Exception fault) when (HttpFault.IsExpected(fault, cancellationToken))
        {
            var bucket = HttpFault.IsTimeout(fault) ? FailureBucket.Timeout : FailureBucket.ServerError;
            return new OutputAnswer.Unavailable(HttpFault.Refusal(fault) is null
                ? Failure(bucket, Disposition.Retry, HttpFault.Code(fault), HttpFault.InWords(fault))
                : Refused(fault));
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async Task<OutputAnswer> OpenedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var content = await response.Content.ReadAsStreamAsync(cancellationToken);
        var headers = response.Content.Headers;
#pragma warning disable CA2000 // The answer owns the stream.
        return new OutputAnswer.Opened(
            new StallGuard(content, options.Value.DownloadIdleTimeout, time), ReferenceProbe.MediaType(headers), headers.ContentLength, response);
#pragma warning restore CA2000
    }

    private static ProviderFailure Refused(Exception fault) => Failure(
        FailureBucket.SchemaMismatch, Disposition.Block, HttpFault.Code(fault), HttpFault.InWords(fault)) with
    {
        Fix = "If the address can be trusted, list its host in Outbound:AllowedHosts; then resume the job.",
    };

    private static ProviderFailure Failure(FailureBucket bucket, Disposition disposition, string code, string why) => new()
    {
        Bucket = bucket,
        Disposition = disposition,
        Code = code,
        Reason = $"The output could not be read: {why}.",
        Fix = "Nothing: it is tried again.",
    };
}
