using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Workers.Providers.Seedance.Wire;

/// <summary>What ModelArk said.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">Whole; a secret.</param>
/// <param name="At">By its clock as far as it tells.</param>
/// <param name="RetryAfter">When it said so.</param>
/// <param name="RequestId">Our id of the call that it answers.</param>
internal sealed record ArkAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, DateTimeOffset At, TimeSpan? RetryAfter, string RequestId)
{
    public bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>ModelArk did nothing: it said so, in time. A 408 may come from something between here and there.</summary>
    public bool IsRefusal => (int)Status is >= 400 and <= 499 && Status != HttpStatusCode.RequestTimeout;

    /// <summary>The body, or null where it is not of this shape. Why is not told: what a parser says may quote what it read.</summary>
    public T? Read<T>(JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(Body.Span, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The error that a refusal carries, or null.</summary>
    public ErrorDetail? Error => Read(ArkJson.Default.ErrorBody)?.Error;
}
