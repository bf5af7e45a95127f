using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Workers.Jobs.Tls;

/// <summary>Whom we trust, and what we show, as <see cref="TlsOptions"/> say.</summary>
public static class Certificates
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Whether a server shows a certificate of its name that the configured authority signed, or, where none is configured, one that the machine trusts.</summary>
    /// <param name="options">Validated.</param>
    /// <param name="certificate">What the server shows.</param>
    /// <param name="shown">What it shows with it.</param>
    /// <param name="errors">What the machine thinks of it.</param>
    public static bool Trusts(TlsOptions options, X509Certificate? certificate, X509Chain? shown, SslPolicyErrors errors)
    {
        if (options.AuthorityFile is not { } file)
        {
            return errors == SslPolicyErrors.None;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        chain.ChainPolicy.ExtraStore.AddRange(shown?.ChainPolicy.ExtraStore ?? []);
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var own = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(own);
    }

    /// <summary>The fleet's own certificate, where one is configured. Read now.</summary>
    public static X509Certificate2? Own(TlsOptions options) =>
        options.CertificateFile is { } file ? WithUsableKey(X509Certificate2.CreateFromPemFile(file, options.KeyFile)) : null;

    /// <summary>Windows can't speak TLS with a key that was read from PEM.</summary>
    private static X509Certificate2 WithUsableKey(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows())
        {
            return certificate;
        }

        using (certificate)
        {
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
    }
}
