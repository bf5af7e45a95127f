namespace Workers.Providers.Http;

/// <summary>Whom the fleet may connect to for references and outputs, besides public addresses over https. Section <c>Outbound</c>.</summary>
public sealed class OutboundOptions
{
    public const string Section = "Outbound";

    /// <summary>
    /// Hosts that may have private addresses and be spoken to over http, each as <c>host</c> (any port) or <c>host:port</c>; IPv6 addresses in brackets. Tenants
    /// choose references, so whatever is listed here can be asked for by any of them.
    /// </summary>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>How many redirects are followed, each judged anew. Default 5.</summary>
    [System.ComponentModel.DataAnnotations.Range(0, 20)]
    public int MaxRedirects { get; set; } = 5;
}
