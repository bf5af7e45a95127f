using System.Net;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Workers.Providers.Http;

/// <summary>Reads what the HTTP stack throws. Nothing of it is repeated but closed words: messages of exceptions may carry addresses.</summary>
internal static class HttpFault
{
    /// <summary>Everything that a network and the layers around it throw, save the caller's own cancellation.</summary>
    public static bool IsExpected(Exception fault, CancellationToken caller) => fault switch
    {
        OperationCanceledException => !caller.IsCancellationRequested,
        _ => fault is HttpRequestException or IOException or ExecutionRejectedException or OutboundRefusedException or FenceClosedException,
    };

    public static bool IsTimeout(Exception fault) => fault is TimeoutRejectedException or OperationCanceledException;

    /// <summary>Why an address may not be asked, or null where that is not the cause.</summary>
    public static string? Refusal(Exception fault) => (fault as OutboundRefusedException ?? fault.InnerException as OutboundRefusedException)?.Message;

    /// <summary>A name for the cause.</summary>
    public static string Code(Exception fault) => fault switch
    {
        FenceClosedException => "FenceClosed",
        BrokenCircuitException => "CircuitOpen",
        OutboundRefusedException => "AddressRefused",
        HttpRequestException { InnerException: OutboundRefusedException } => "AddressRefused",
        HttpRequestException { HttpRequestError: var error and not HttpRequestError.Unknown } => error.ToString(),
        _ when IsTimeout(fault) => "Timeout",
        _ => "ConnectionLost",
    };

    public static string InWords(Exception fault) => fault switch
    {
        FenceClosedException => "the right to call was lost before the call left",
        BrokenCircuitException => "calls are paused, since too many of late have failed",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the host's name was not found",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "the host could not be connected to",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection could be made",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "the answer was too large",
        _ when Refusal(fault) is { } refusal => refusal,
        _ when IsTimeout(fault) => "there was no answer in time",
        _ => "the connection was lost",
    };

    /// <summary>Asking again later may help.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;
}
