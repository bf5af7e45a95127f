using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Workers.Testing.Tls;

/// <summary>Speaks TLS in front of a server that does not, with a certificate that an authority of the test's own signed.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workers-tls-");
    private readonly Uri _server;
    private readonly X509Certificate2 _authority = Authority();
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _false;
    private int _handshakes;
    private readonly Task _accepting;

    /// <param name="server">The server's plain address.</param>
    /// <param name="name">The name in the certificate.</param>
    /// <param name="forServers">Whether the certificate may be shown by servers.</param>
    public TlsProxy(Uri server, string name, bool forServers = true)
    {
        _server = server;
        using var another = Authority();
        AuthorityFile = Path.Combine(_folder.FullName, "authority.pem");
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        _certificate = Sign(_authority, name, forServers ? ServerAuthentication : ClientAuthentication);
        _false = Sign(another, name, ServerAuthentication);
        _listener.Start();
        Url = new UriBuilder(server) { Scheme = server.Scheme == "amqp" ? "amqps" : server.Scheme, Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;
        _accepting = AcceptAsync();
    }

    /// <summary>The server's address, with TLS.</summary>
    public Uri Url { get; }

    /// <summary>Who signed the certificate.</summary>
    public string AuthorityFile { get; }

    /// <summary>How many connections are shown the certificate; those after them are shown one that nobody knows the authority of.</summary>
    public int TrueFor { get; set; } = int.MaxValue;

    /// <summary>Whether clients must show a certificate, which the same authority signed.</summary>
    public bool AsksForCertificate { get; init; }

    /// <summary>The name in the certificate that the last client showed.</summary>
    public string? Shown { get; private set; }

    /// <summary>The connections that were begun.</summary>
    public int Handshakes => _handshakes;

    /// <summary>The connections that came as far as a secret of their own.</summary>
    public int Connections { get; private set; }

    /// <summary>The version that the last of them speaks.</summary>
    public string? Version { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
        _stop.Dispose();
        _authority.Dispose();
        _certificate.Dispose();
        _false.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>A certificate for a client, signed by the authority, and its key, as files that go with the proxy.</summary>
    public (string CertificateFile, string KeyFile) Issue(string name)
    {
        using var certificate = Sign(_authority, name, ClientAuthentication);
        using var key = certificate.GetECDsaPrivateKey()!;
        var (certificateFile, keyFile) = (Path.Combine(_folder.FullName, $"{name}.pem"), Path.Combine(_folder.FullName, $"{name}.key"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    private SslServerAuthenticationOptions Handshake() => new()
    {
        ServerCertificate = Interlocked.Increment(ref _handshakes) <= TrueFor ? _certificate : _false,
        ClientCertificateRequired = AsksForCertificate,
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            Shown = certificate?.Subject["CN=".Length..];
            return !AsksForCertificate || certificate?.Issuer == _authority.Subject;
        },
    };

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=The test's own authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, string name, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        using var signed = request.Create(authority, authority.NotBefore, authority.NotAfter, [1, 2, 3, 4]);
        return signed.CopyWithPrivateKey(key);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var secret = new SslStream(client.GetStream());
                await secret.AuthenticateAsServerAsync(Handshake(), _stop.Token);
                using var server = new TcpClient();
                await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
                await using var plain = server.GetStream();

                // TLS 1.3 lets the server finish before the client has judged the certificate: what the client then sends tells.
                var first = new byte[8];
                await secret.ReadExactlyAsync(first, _stop.Token);
                Version = secret.SslProtocol.ToString();
                Connections++;
                await plain.WriteAsync(first, _stop.Token);
                await Task.WhenAny(secret.CopyToAsync(plain, _stop.Token), plain.CopyToAsync(secret, _stop.Token));
            }
        }
        catch (Exception fault) when (fault is IOException or SocketException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
        {
            // The client did not like us, or one side is gone.
        }
    }
}
