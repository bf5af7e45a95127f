using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MongoDB.Driver;
using Workers.Jobs.Tls;

namespace Workers.MongoDb.Connections;

/// <summary>Where the store is and who asks, from the options and the files that they name. Its text shows neither user nor password.</summary>
public sealed class StoreAddress
{
    /// <param name="options">Validated.</param>
    /// <exception cref="IOException">A file with a user's name or a password can't be read.</exception>
    public StoreAddress(MongoDbOptions options)
    {
        var url = new MongoUrlBuilder(options.Url);
        var database = url.DatabaseName ?? options.Database;
        if (options.UsernameFile is { } user)
        {
            url.Username = Read(user);
        }

        if (options.PasswordFile is { } password)
        {
            url.Password = Read(password);
        }

        Settings = MongoClientSettings.FromUrl(url.ToMongoUrl());
        Settings.ApplicationName = "workers";
        Settings.MaxConnectionPoolSize = options.Connections;
        Settings.ServerSelectionTimeout = options.CallTimeout;
        Settings.WaitQueueTimeout = options.CallTimeout;
        Settings.ConnectTimeout = options.CallTimeout;
        Settings.SocketTimeout = options.CallTimeout;
        Settings.RetryReads = true;
        Settings.RetryWrites = true;
        Settings.ReadPreference = ReadPreference.Primary;
        Settings.ReadConcern = options.Majority ? ReadConcern.Majority : ReadConcern.Local;
        Settings.WriteConcern = (options.Majority ? WriteConcern.WMajority : WriteConcern.W1).With(wTimeout: options.CallTimeout, journal: options.Journal);
        if (Settings.UseTls)
        {
            Settings.SslSettings = new SslSettings
            {
                ServerCertificateValidationCallback = (_, certificate, shown, errors) => Trusts(options.Tls, certificate, shown, errors),

                // The driver's own type of the callback knows no null, and SslStream takes it for none.
                ClientCertificateSelectionCallback = (_, _, _, _, _) => Certificates.Own(options.Tls)!,
            };
        }

        Database = database;
    }

    /// <summary>What the driver is told.</summary>
    public MongoClientSettings Settings { get; }

    /// <summary>Which database is the fleet's.</summary>
    public string Database { get; }

    /// <summary>Its hosts and the database.</summary>
    public override string ToString() => $"{string.Join(",", Settings.Servers)}/{Database}";

    /// <summary>The driver asks for the name of the host that it connects to: another one is compared here.</summary>
    private static bool Trusts(TlsOptions options, X509Certificate? certificate, X509Chain? shown, SslPolicyErrors errors)
    {
        if (options.ServerName is { } name && certificate is not null)
        {
            using var own = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
            errors &= ~SslPolicyErrors.RemoteCertificateNameMismatch;
            errors |= own.MatchesHostname(name) ? SslPolicyErrors.None : SslPolicyErrors.RemoteCertificateNameMismatch;
        }

        return Certificates.Trusts(options, certificate, shown, errors);
    }

    private static string Read(string file) => File.ReadAllText(file).Trim();
}
