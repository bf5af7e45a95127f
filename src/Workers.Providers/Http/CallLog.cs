using Microsoft.Extensions.Logging;

namespace Workers.Providers.Http;

/// <summary>One line for every try of a call. Neither addresses, headers nor bodies: they hold keys and user content.</summary>
internal sealed partial class CallLog(TimeProvider time, ILogger<CallLog> logger) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(HttpClients.Account, out var account);
        request.Options.TryGetValue(HttpClients.Operation, out var operation);
        var ours = request.Headers.TryGetValues(CallStamp.Header, out var values) ? values.First() : "";
        var start = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            LogAnswered(operation, account, (int)response.StatusCode, Elapsed(start), ours, Theirs(response));
            return response;
        }
        catch (Exception fault)
        {
            LogUnanswered(operation, account, fault is OperationCanceledException ? "Cancelled" : HttpFault.Code(fault), Elapsed(start), ours);
            throw;
        }
    }

    private double Elapsed(long start) => time.GetElapsedTime(start).TotalMilliseconds;

    private static string Theirs(HttpResponseMessage response) =>
        new[] { "X-Request-Id", "X-Tt-Logid", CallStamp.Header }
            .Select(header => response.Headers.TryGetValues(header, out var values) ? SafeWord.Of(values.First()) : "")
            .FirstOrDefault(value => value.Length > 0) ?? "";

    [LoggerMessage(1, LogLevel.Debug, "{Operation} for account {Account} answered {Status} after {Milliseconds:F0} ms; request {RequestId}, at the provider {ProviderRequestId}")]
    private partial void LogAnswered(string? operation, string? account, int status, double milliseconds, string requestId, string providerRequestId);

    [LoggerMessage(2, LogLevel.Information, "{Operation} for account {Account} had no answer after {Milliseconds:F0} ms ({Cause}); request {RequestId}")]
    private partial void LogUnanswered(string? operation, string? account, string cause, double milliseconds, string requestId);
}
