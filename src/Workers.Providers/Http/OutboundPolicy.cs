using System.Net;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Http;

/// <summary>Judges addresses that come from outside, before and while they are connected to.</summary>
internal sealed class OutboundPolicy(IOptions<OutboundOptions> options)
{
    private readonly IOptions<OutboundOptions> _options = options;

    /// <summary>What is wrong with an address as it is written, in words that do not repeat it; null where nothing is.</summary>
    public string? Judge(Uri uri) => uri switch
    {
        { IsAbsoluteUri: false } => "must be an absolute URI",
        _ when uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp => "must be an https URI",
        _ when uri.UserInfo.Length > 0 => "must not carry credentials",
        _ when IsAllowed(uri.Host, uri.Port) => null,
        _ when uri.Scheme == Uri.UriSchemeHttp => "must be an https URI, unless Outbound:AllowedHosts lists its host",
        _ when IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && !PublicAddresses.Contains(address) => "must lie at a public address",
        _ => null,
    };

    /// <summary>For what must be known before a client is asked, which throws of its own.</summary>
    /// <exception cref="OutboundRefusedException">The address is no absolute one.</exception>
    public static void RequireAbsolute(Uri uri)
    {
        if (!uri.IsAbsoluteUri)
        {
            throw new OutboundRefusedException("must be an absolute URI");
        }
    }

    /// <summary>Whether a host was listed by the operator.</summary>
    public bool IsAllowed(string host, int port) => _options.Value.AllowedHosts.Any(allowed => AllowedHost.Matches(allowed, host, port));
}
