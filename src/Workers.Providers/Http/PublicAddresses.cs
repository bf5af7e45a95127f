using System.Net;
using System.Net.Sockets;

namespace Workers.Providers.Http;

/// <summary>Tells addresses of the public internet from all others.</summary>
/// <remarks>IANA's registries of special-purpose addresses for IPv4 and IPv6. What wraps an IPv4 address (mapped, NAT64, 6to4, Teredo) is refused whole: a
/// public service has an address of its own.</remarks>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // carrier-grade NAT, and the metadata service of some clouds
            "127.0.0.0/8", // loopback
            "169.254.0.0/16", // link-local, and the metadata service of most clouds
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", // documentation
            "192.31.196.0/24", // AS112
            "192.52.193.0/24", // AMT
            "192.88.99.0/24", // 6to4 relays
            "192.168.0.0/16", // private
            "192.175.48.0/24", // AS112
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "168.63.129.16/32", // a cloud's wire server, public in form only
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>The one block that IANA has given out for global unicast, and what is special inside of it.</summary>
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] SpecialInside =
    [
        .. new[]
        {
            "2001::/23", // protocol assignments, Teredo among them
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "2620:4f:8000::/48", // AS112
            "3fff::/20", // documentation
        }.Select(IPNetwork.Parse),
    ];

    public static bool Contains(IPAddress address) => address.AddressFamily switch
    {
        // Asked for first: IPNetwork judges such an address by its last four bytes, and finds ::ffff:10.0.0.1 in 2000::/3.
        _ when address.IsIPv4MappedToIPv6 => false,
        AddressFamily.InterNetwork => !Array.Exists(NotPublic, network => network.Contains(address)),
        AddressFamily.InterNetworkV6 => GlobalUnicast.Contains(address) && !Array.Exists(SpecialInside, network => network.Contains(address)),
        _ => false,
    };
}
