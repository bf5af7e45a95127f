using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Workers.Providers.Http;

/// <summary>One line for every try of a call. Neither addresses, headers nor bodies: they hold keys and user content.</summary>
internal sealed partial class CallLog(TimeProvider time, ILogger<CallLog> logger) : DelegatingHandler
{
    /// <summary>From a call on the same machine to the longest that may be configured. Without bounds of its own a histogram has those of milliseconds.</summary>
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 5, 7.5, 10, 15, 30, 60, 120, 300];

    private static readonly Histogram<double> Durations = new Meter("Workers").CreateHistogram(
        "workers.provider.call.duration",
        "s",
        "Every try of a call to a provider, by its status or by why there was no answer",
        tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });

    /// <summary>The account of calls to others than a provider's API.</summary>
    private const string Nobody = "-";

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
            Answered(operation, account, response, Elapsed(start), ours);
            return response;
        }
        catch (Exception fault)
        {
            var cause = fault is OperationCanceledException ? "Cancelled" : HttpFault.Code(fault);
            Told(operation, account, cause, start);
            Unanswered(operation, account, cause, Elapsed(start), ours);
            throw;
        }
    }

    private void Answered(string? operation, string? account, HttpResponseMessage response, double elapsed, string ours)
    {
        var status = (int)response.StatusCode;
        if (account is null)
        {
            LogFetched(operation, status, elapsed);
            return;
        }

        var theirs = Theirs(response);
        LogAnswered(operation, account, status, elapsed, ours, theirs);
    }

    private void Unanswered(string? operation, string? account, string cause, double elapsed, string ours)
    {
        if (account is null)
        {
            LogUnfetched(operation, cause, elapsed);
            return;
        }

        LogUnanswered(operation, account, cause, elapsed, ours);
    }

    private void Told(string? operation, string? account, string status, long start) => Durations.Record(
        time.GetElapsedTime(start).TotalSeconds,
        new KeyValuePair<string, object?>("operation", operation),
        new KeyValuePair<string, object?>("account", account ?? Nobody),
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

    [LoggerMessage(EventId = 9003, Level = LogLevel.Information, Message = "{Operation} was answered {Status} after {Milliseconds:F0} ms")]
    private partial void LogFetched(string? operation, int status, double milliseconds);

    [LoggerMessage(EventId = 9004, Level = LogLevel.Warning, Message = "{Operation} had no answer after {Milliseconds:F0} ms ({Cause})")]
    private partial void LogUnfetched(string? operation, string cause, double milliseconds);
}
