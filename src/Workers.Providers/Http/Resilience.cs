using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Workers.Providers.Http;

/// <summary>
/// How every call to the outside may fail: all time-outs, retries and circuit breakers in one place, in the order in which they wrap. What these layers
/// cannot mend goes up as a value or as <see cref="ProviderUnavailableException"/>, and the queue or the due time in the store tries again.
/// </summary>
internal static class Resilience
{
    /// <summary>ModelArk, list tasks: 1 call a second per account. A list that is tried again must not break the pace that its caller keeps.</summary>
    private static readonly TimeSpan ListPause = TimeSpan.FromSeconds(1.1);

    /// <summary>One try: after a create nobody knows whether it happened, and a cancel does something else the second time.</summary>
    public static IHttpClientBuilder AddOnePolicy(this IHttpClientBuilder client, Func<HttpOptions, TimeSpan> timeout)
    {
        client.AddResilienceHandler("once", (pipeline, context) =>
        {
            var options = Prepare(pipeline, context.ServiceProvider);
            pipeline
                .AddCircuitBreaker(Breaker(options))
                .AddTimeout(timeout(options));
        }).SelectPipelineBy(_ => Account);
        return client;
    }

    /// <summary>A few tries within a total time.</summary>
    public static IHttpClientBuilder AddReadPolicy(this IHttpClientBuilder client) => client.AddRetriedPolicy("read", TimeSpan.Zero, isOurs: true);

    /// <summary>A few tries within a total time, never faster than the provider allows.</summary>
    public static IHttpClientBuilder AddListPolicy(this IHttpClientBuilder client) => client.AddRetriedPolicy("list", ListPause, isOurs: true);

    /// <summary>A few tries within a total time; without a circuit breaker, since tenants choose the hosts and one's dead host must not pause another's.</summary>
    public static IHttpClientBuilder AddOutsidePolicy(this IHttpClientBuilder client) => client.AddRetriedPolicy("outside", TimeSpan.Zero, isOurs: false);

    private static IHttpClientBuilder AddRetriedPolicy(this IHttpClientBuilder client, string name, TimeSpan pause, bool isOurs)
    {
        var handler = client.AddResilienceHandler(name, (pipeline, context) =>
        {
            var options = Prepare(pipeline, context.ServiceProvider);
            pipeline.AddTimeout(options.TotalTimeout);
            if (options.Retries > 0)
            {
                pipeline.AddRetry(Retry(options, pause, context.ServiceProvider));
            }

            if (isOurs)
            {
                pipeline.AddCircuitBreaker(Breaker(options));
            }

            pipeline.AddTimeout(options.CallTimeout);
        });

        if (isOurs)
        {
            handler.SelectPipelineBy(_ => Account);
        }

        return client;
    }

    private static HttpOptions Prepare(ResiliencePipelineBuilder<HttpResponseMessage> pipeline, IServiceProvider services)
    {
        pipeline.TimeProvider = services.GetRequiredService<TimeProvider>();
        return services.GetRequiredService<IOptions<HttpOptions>>().Value;
    }

    private static string Account(HttpRequestMessage request) => request.Options.TryGetValue(HttpClients.Account, out var account) ? account : "";

    private static CircuitBreakerStrategyOptions<HttpResponseMessage> Breaker(HttpOptions options) => new()
    {
        FailureRatio = options.BreakerFailureRatio,
        MinimumThroughput = options.BreakerMinimumCalls,
        SamplingDuration = options.BreakerWindow,
        BreakDuration = options.BreakerPause,

        // A 429 is no failure: the provider is well, and pacing is the answer to it.
        ShouldHandle = arguments => ValueTask.FromResult(IsFailure(arguments.Outcome)),
    };

    private static RetryStrategyOptions<HttpResponseMessage> Retry(HttpOptions options, TimeSpan pause, IServiceProvider services)
    {
        var chance = services.GetRequiredService<Chance>();
        var time = services.GetRequiredService<TimeProvider>();
        return new()
        {
            MaxRetryAttempts = options.Retries,
            ShouldHandle = arguments => ValueTask.FromResult(
                (IsFailure(arguments.Outcome) || arguments.Outcome.Result?.StatusCode == HttpStatusCode.TooManyRequests)

                // A wait that outlasts the call helps nobody: the answer goes up at once, and with it how long to wait.
                && !(RetryAfter.Of(arguments.Outcome.Result, time) > options.TotalTimeout)),

            // Full jitter around a doubling middle, above what the pace demands.
            DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                RetryAfter.Of(arguments.Outcome.Result, time) is { } told && told > pause
                    ? told
                    : pause + (options.InitialBackoff * Math.Pow(2, arguments.AttemptNumber) * 2 * chance.Next())),
        };
    }

    private static bool IsFailure(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: { } fault } => fault is (HttpRequestException or IOException or TimeoutRejectedException) && HttpFault.Refusal(fault) is null,
        { Result: { } response } => response.StatusCode == HttpStatusCode.RequestTimeout || (int)response.StatusCode >= 500,
        _ => false,
    };
}
