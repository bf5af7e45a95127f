using System.Globalization;
using System.Net;
using System.Text.Json;
using Workers.Contracts;
using Workers.Providers.Http;

namespace Workers.Providers.Seedance.Wire;

/// <summary>What ModelArk said.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">Whole; a secret.</param>
/// <param name="At">By its clock as far as it tells.</param>
/// <param name="RetryAfter">When it said so.</param>
/// <param name="RequestId">Our id of the call that it answers.</param>
internal sealed record ArkAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, DateTimeOffset At, TimeSpan? RetryAfter, string RequestId)
{
    /// <summary>How far its clock is ahead of ours; null: it does not tell its time.</summary>
    public TimeSpan? Ahead { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and <= 299;

    /// <summary>ModelArk did nothing: it said so, in time. A 408, and a 499 as well, may come from something between here and there.</summary>
    public bool IsRefusal => (int)Status is >= 400 and <= 498 && Status != HttpStatusCode.RequestTimeout;

    /// <summary>The error that the answer carries, whatever its status, or null.</summary>
    public ErrorDetail? Error => Json is { } json ? ErrorReader.Read(json) : null;

    /// <summary>The body, or null where it is no JSON.</summary>
    public JsonElement? Json { get; } = Parse(Body);

    /// <summary>Of a task: a gateway may have wrapped it.</summary>
    public JsonElement? Task => Json is { } json && TaskReader.IdOf(json) is null && (json.Member("data") ?? json.Member("result")) is { ValueKind: JsonValueKind.Object } inner ? inner : Json;

    /// <summary>Code, status and hash of what was said: enough to find it at the provider, and none of its words.</summary>
    public string Said
    {
        get
        {
            var error = Error;
            var code = SafeWord.Of(error?.Code) is { Length: > 0 } word ? word : "without a code";
            var what = error?.Message is { } message ? $"message {Outline.Of(message)}" : $"body {Outline.Of(Body.Span)}";
            return string.Create(CultureInfo.InvariantCulture, $"{(int)Status} {code}, {what}");
        }
    }

    /// <summary>The status alone: all else may quote a user.</summary>
    public override string ToString() => FormattableString.Invariant($"ArkAnswer {{ {(int)Status} }}");

    /// <summary>Why it is none is not told: what a parser says may quote what it read.</summary>
    private static JsonElement? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonElement.Parse(body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
