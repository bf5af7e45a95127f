using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Workers.Providers.Http;

/// <summary>One line for every try of a call. Neither addresses, headers nor bodies: they hold keys and user content.</summary>
internal sealed partial class CallLog(TimeProvider time, ILogger<CallLog> logger) : DelegatingHandler
{
    private static readonly Histogram<double> Durations =
        new Meter("Workers").CreateHistogram<double>("workers.provider.call.duration", "s", "Every try of a call to a provider, by its status or by why there was no answer");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Options.TryGetValue(HttpClients.Account, out var account);
        request.Options.TryGetValue(HttpClients.Operation, out var operation);
        var ours = CallStamp.Of(request);
        var start = time.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            Told(operation, account, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture), start);
            var (elapsed, theirs) = (Elapsed(start), Theirs(response));
            LogAnswered(operation, account, (int)response.StatusCode, elapsed, ours, theirs);
            return response;
        }
        catch (Exception fault)
        {
            var cause = fault is OperationCanceledException ? "Cancelled" : HttpFault.Code(fault);
            Told(operation, account, cause, start);
            var elapsed = Elapsed(start);
            LogUnanswered(operation, account, cause, elapsed, ours);
            throw;
        }
    }

    private void Told(string? operation, string? account, string status, long start) => Durations.Record(
        time.GetElapsedTime(start).TotalSeconds,
        new KeyValuePair<string, object?>("operation", operation),
        new KeyValuePair<string, object?>("account", account),
        new KeyValuePair<string, object?>("status", status));

    private double Elapsed(long start) => time.GetElapsedTime(start).TotalMilliseconds;

    private static string Theirs(HttpResponseMessage response) =>
        new[] { "X-Request-Id", "X-Tt-Logid", CallStamp.Header }
            .Select(header => response.Headers.TryGetValues(header, out var values) ? SafeWord.Of(values.First()) : "")
            .FirstOrDefault(value => value.Length > 0) ?? "";

    [LoggerMessage(EventId = 9001, Level = LogLevel.Information, Message = "{Operation} for account {Account} answered {Status} after {Milliseconds:F0} ms; request {RequestId}, at the provider {ProviderRequestId}")]
    private partial void LogAnswered(string? operation, string? account, int status, double milliseconds, string requestId, string providerRequestId);

    [LoggerMessage(EventId = 9002, Level = LogLevel.Warning, Message = "{Operation} for account {Account} had no answer after {Milliseconds:F0} ms ({Cause}); request {RequestId}")]
    private partial void LogUnanswered(string? operation, string? account, string cause, double milliseconds, string requestId);
}
