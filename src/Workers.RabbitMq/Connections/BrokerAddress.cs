using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;

namespace Workers.RabbitMq.Connections;

/// <summary>The broker as the options describe it: for MassTransit, and for whoever speaks to it directly.</summary>
public sealed class BrokerAddress
{
    private const int Port = 5672;
    private const int TlsPort = 5671;

    private readonly RabbitMqOptions _options;
    private readonly string? _user;
    private readonly string? _password;

    /// <param name="options">Validated options.</param>
    public BrokerAddress(RabbitMqOptions options)
    {
        _options = options;
        var url = new Uri(options.Url);
        IsTls = string.Equals(url.Scheme, "amqps", StringComparison.OrdinalIgnoreCase);
        var port = IsTls ? TlsPort : Port;
        VirtualHost = url.AbsolutePath.Length > 1 ? Uri.UnescapeDataString(url.AbsolutePath[1..]) : "/";
        Nodes = [(url.Host, url.Port > 0 ? url.Port : port), .. options.Nodes.Select(node => Node(node, port))];
        if (url.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var rest])
        {
            _user = Uri.UnescapeDataString(user);
            _password = rest is [var password] ? Uri.UnescapeDataString(password) : null;
        }
    }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsTls { get; }

    /// <summary>The virtual host, <c>/</c> where the address names none.</summary>
    public string VirtualHost { get; }

    /// <summary>The nodes, the address's own first.</summary>
    public IReadOnlyList<(string Host, int Port)> Nodes { get; }

    /// <summary>The name that the broker's certificate must have.</summary>
    public string ServerName => _options.Tls.ServerName ?? Nodes[0].Host;

    /// <summary>Where it is, without who asks: safe to log.</summary>
    public override string ToString() => FormattableString.Invariant($"{(IsTls ? "amqps" : "amqp")}://{string.Join(',', Nodes.Select(node => FormattableString.Invariant($"{node.Host}:{node.Port}")))}/{(VirtualHost == "/" ? "" : VirtualHost)}");

    /// <summary>Connects, without MassTransit and without recovering by itself.</summary>
    /// <param name="name">What the management UI shows for the connection.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">No node answers, or none lets us in.</exception>
    public Task<IConnection> ConnectAsync(string name, CancellationToken cancellationToken)
    {
        var factory = new ConnectionFactory { AutomaticRecoveryEnabled = false };
        Apply(factory);
        return factory.CreateConnectionAsync([.. Nodes.Select(node => new AmqpTcpEndpoint(node.Host, node.Port, factory.Ssl))], name, cancellationToken);
    }

    /// <summary>Fills in what the options say: user, password, virtual host, TLS. Files are read now.</summary>
    public void Apply(ConnectionFactory factory)
    {
        factory.VirtualHost = VirtualHost;
        factory.UserName = Read(_options.UsernameFile) ?? _user ?? ConnectionFactory.DefaultUser;
        factory.Password = Read(_options.PasswordFile) ?? _password ?? ConnectionFactory.DefaultPass;
        if (IsTls)
        {
            factory.Ssl = new SslOption(ServerName, enabled: true) { Certs = Certificates() };
            if (_options.Tls.AuthorityFile is { } file)
            {
                var authority = X509CertificateLoader.LoadCertificateFromFile(file);
                factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
                factory.Ssl.CertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, authority);
            }
        }
    }

    /// <summary>The fleet's own certificate, where one is configured. Lives as long as the connections do.</summary>
    private X509CertificateCollection? Certificates()
    {
#pragma warning disable CA2000 // The connection factory keeps it.
        return _options.Tls.CertificateFile is { } file ? [X509Certificate2.CreateFromPemFile(file, _options.Tls.KeyFile)] : null;
#pragma warning restore CA2000
    }

    /// <summary>Whether the broker shows a certificate that the configured authority, and nobody else, signed for its name.</summary>
    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2 authority)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var shown = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(shown);
    }

    private static string? Read(string? file) => file is null ? null : File.ReadAllText(file).Trim();

    internal static (string Host, int Port) Node(string node, int port) =>
        node.LastIndexOf(':') is > 0 and var at && int.TryParse(node[(at + 1)..], CultureInfo.InvariantCulture, out var own) ? (node[..at], own) : (node, port);
}
