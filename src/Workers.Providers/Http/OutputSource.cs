using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Providers.Accounts;

namespace Workers.Providers.Http;

/// <inheritdoc cref="IOutputSource"/>
internal sealed class OutputSource(IHttpClientFactory clients, IOptions<HttpOptions> options, IOptions<AccountsOptions> accounts, ApiKeys keys, TimeProvider time) : IOutputSource
{
    public async Task<OutputAnswer> OpenAsync(string account, Uri uri, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = null;
        try
        {
            OutboundPolicy.RequireAbsolute(uri);
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            request.Options.Set(HttpClients.Operation, "output download");
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (KeyFor(account, uri) is { } key)
            {
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Reveal());
            }

            using var client = clients.CreateClient(HttpClients.Download);
            response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (IsWhole(response))
            {
                var opened = await OpenedAsync(response, cancellationToken);
                response = opened is OutputAnswer.Opened ? null : response;
                return opened;
            }

            return Refused(response, withKey: request.Headers.Authorization is not null, account);
        }
        catch (Exception fault) when (HttpFault.IsExpected(fault, cancellationToken))
        {
            var bucket = HttpFault.IsTimeout(fault) ? FailureBucket.Timeout : FailureBucket.ServerError;
            return new OutputAnswer.Unavailable(HttpFault.Refusal(fault) is null
                ? Failure(bucket, HttpFault.Code(fault), HttpFault.InWords(fault))
                : AddressRefused(fault));
        }
        finally
        {
            response?.Dispose();
        }
    }

    /// <summary>The account's key, if its options say that this host wants it, and the way there may be trusted with it.</summary>
    private Secret? KeyFor(string account, Uri uri) =>
        uri.IsAbsoluteUri && accounts.Value.Named.TryGetValue(account, out var known) && known.OutputKeyHosts.Any(host => AllowedHost.Matches(host, uri.Host, uri.Port))
            ? keys.Find(account)
            : null;

    /// <summary>A part is as good as the whole where it is all of it: nobody asked for less.</summary>
    private static bool IsWhole(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.OK or HttpStatusCode.NonAuthoritativeInformation => true,
        HttpStatusCode.PartialContent => response.Content.Headers.ContentRange is { From: 0, To: { } last, Length: { } length } && last == length - 1,
        _ => false,
    };

    private OutputAnswer Refused(HttpResponseMessage response, bool withKey, string account)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            HttpStatusCode.BadRequest or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone =>
                new OutputAnswer.Gone(status) { At = response.Headers.Date ?? time.GetUtcNow() },
            HttpStatusCode.Unauthorized => new OutputAnswer.KeyWanted(Failure(FailureBucket.Auth, "OutputWantsKey", $"the server answered {status}{(withKey ? " to the account's key" : ", and the account's key was not sent")}") with
            {
                Disposition = withKey ? Disposition.Retry : Disposition.Block,
                Fix = withKey
                    ? $"Look whether the key of account {account} may read outputs; then resume the job."
                    : $"If the provider's outputs are read with the account's key, list their host in Accounts:{account}:OutputKeyHosts; then resume the job.",
            }),
            _ => new OutputAnswer.Unavailable(Failure(FailureBucket.ServerError, $"Http{status}", $"the server answered {status}")),
        };
    }

    private async Task<OutputAnswer> OpenedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var headers = response.Content.Headers;
#pragma warning disable CA2000 // The answer owns the streams; where there is none, the response does.
        Stream content = new StallGuard(await response.Content.ReadAsStreamAsync(cancellationToken), options.Value, time);
#pragma warning restore CA2000
        var length = headers.ContentLength;
        if (ContentDecoding.Of(headers.ContentEncoding) is { Count: > 0 } encodings)
        {
            if (await ContentDecoding.DecodeAsync(content, encodings, cancellationToken) is not { } decoded)
            {
                return new OutputAnswer.Unavailable(Failure(FailureBucket.ServerError, "OutputEncoded", "it came encoded in a way that can't be undone, and was asked for as it is"));
            }

            content = decoded.Content;
            length = decoded.WasEncoded ? null : length;
        }

        return new OutputAnswer.Opened(content, ReferenceProbe.MediaType(headers), length, response);
    }

    private static ProviderFailure AddressRefused(Exception fault) => Failure(FailureBucket.SchemaMismatch, HttpFault.Code(fault), HttpFault.InWords(fault)) with
    {
        Disposition = Disposition.Block,
        Fix = "If the address can be trusted, list its host in Outbound:AllowedHosts; then resume the job.",
    };

    private static ProviderFailure Failure(FailureBucket bucket, string code, string why) => new()
    {
        Bucket = bucket,
        Disposition = Disposition.Retry,
        Code = code,
        Reason = $"The output could not be read: {why}.",
        Fix = "Nothing: it is tried again.",
    };
}
