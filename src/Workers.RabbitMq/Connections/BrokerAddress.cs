using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using RabbitMQ.Client;
using Workers.Jobs.Tls;

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

    /// <summary>The name that the certificates of all nodes must have.</summary>
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
        (factory.UserName, factory.Password) = ReadCredentials();
        if (IsTls)
        {
            factory.Ssl = new SslOption(ServerName, enabled: true)
            {
                AcceptablePolicyErrors = SslPolicyErrors.None,
                CertificateValidationCallback = Trusts,
                CertificateSelectionCallback = Certificate,
            };
        }
    }

    /// <summary>
    /// Readies a factory of MassTransit's for the next connection, and tries whether the broker lets us in: MassTransit gives up for good where it meets a refused password, and a password
    /// that is being rotated is refused for a while.
    /// </summary>
    /// <exception cref="RabbitMqConnectionException">Not now. MassTransit asks again later.</exception>
    internal async Task RefreshAsync(ConnectionFactory factory)
    {
        try
        {
            Apply(factory);
            await using var trial = await ConnectAsync("workers, trying its credentials", CancellationToken.None);
        }
        catch (Exception fault) when (BrokerTrouble.IsAway(fault))
        {
            throw new RabbitMqConnectionException("Connect failed", new BrokerTroubleException(BrokerTrouble.Describe(fault, this)));
        }
    }

    /// <summary>Who asks. Files are read now.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    internal (string User, string Password) ReadCredentials() =>
        (Read(_options.UsernameFile) ?? _user ?? ConnectionFactory.DefaultUser, Read(_options.PasswordFile) ?? _password ?? ConnectionFactory.DefaultPass);

    /// <summary>The fleet's own certificate, where one is configured. Read now, and kept by the connection.</summary>
    internal X509Certificate Certificate(object sender, string host, X509CertificateCollection certificates, X509Certificate? remote, string[] issuers) =>
        Certificates.Own(_options.Tls)!;

    /// <summary>Whether the broker shows a certificate of its name that the configured authority signed, or, where none is configured, one that the machine trusts.</summary>
    internal bool Trusts(object sender, X509Certificate? certificate, X509Chain? shown, SslPolicyErrors errors) =>
        Certificates.Trusts(_options.Tls, certificate, shown, errors);

    private static string? Read(string? file)
    {
        try
        {
            return file is null ? null : File.ReadAllText(file).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CredentialsFileException(file!, fault);
        }
    }

    internal static (string Host, int Port) Node(string node, int port) =>
        node.LastIndexOf(':') is > 0 and var at && int.TryParse(node[(at + 1)..], CultureInfo.InvariantCulture, out var own) ? (node[..at], own) : (node, port);
}
