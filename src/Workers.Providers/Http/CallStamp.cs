using System.Globalization;

namespace Workers.Providers.Http;

/// <summary>Names every try of a call, in the form that ModelArk's own clients use: the provider can find it, and it is in our log.</summary>
internal sealed class CallStamp(TimeProvider time, Chance chance) : DelegatingHandler
{
    public const string Header = "X-Client-Request-Id";

    /// <summary>The id of the last try of a call.</summary>
    public static string Of(HttpRequestMessage request) => request.Headers.TryGetValues(Header, out var values) ? values.First() : "";

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Remove(Header);
        request.Headers.Add(Header, time.GetUtcNow().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + chance.Letters(20));
        return base.SendAsync(request, cancellationToken);
    }
}
