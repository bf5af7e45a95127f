using System.Globalization;

namespace Workers.Providers.Http;

/// <summary>An entry of <see cref="OutboundOptions.AllowedHosts"/>.</summary>
internal static class AllowedHost
{
    public static bool Matches(string entry, string host, int port) =>
        TryRead(entry, out var allowedHost, out var allowedPort)
        && string.Equals(allowedHost, host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase)
        && (allowedPort is null || allowedPort == port);

    public static bool TryRead(string entry, out string host, out int? port)
    {
        host = "";
        port = null;
        var colon = entry.LastIndexOf(':');
        if (colon > entry.LastIndexOf(']'))
        {
            if (!int.TryParse(entry.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
            {
                return false;
            }

            port = number;
            entry = entry[..colon];
        }

        host = entry.Trim('[', ']');
        return Uri.CheckHostName(entry) != UriHostNameType.Unknown;
    }
}
