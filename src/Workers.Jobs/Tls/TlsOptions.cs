namespace Workers.Jobs.Tls;

/// <summary>TLS toward a server of the fleet. The files are read at each connect, so that they can be rotated while the fleet runs.</summary>
public sealed class TlsOptions
{
    /// <summary>The name that the server's certificate, and that of each further node, must have. Default: the host of the address.</summary>
    public string? ServerName { get; set; }

    /// <summary>A PEM file with the authorities of which one signed the server's certificate; no other is trusted then. Default: those that the machine trusts.</summary>
    public string? AuthorityFile { get; set; }

    /// <summary>A PEM file with the fleet's own certificate, where the server asks for one.</summary>
    public string? CertificateFile { get; set; }

    /// <summary>A PEM file with the key of <see cref="CertificateFile"/>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Each file that is not there, and files that go together and don't, in words.</summary>
    /// <param name="section">The section that the options are the member <c>Tls</c> of.</param>
    public IEnumerable<string> Faults(string section)
    {
        foreach (var (member, file) in new[] { (nameof(AuthorityFile), AuthorityFile), (nameof(CertificateFile), CertificateFile), (nameof(KeyFile), KeyFile) })
        {
            if (file is not null && !File.Exists(file))
            {
                yield return $"{section}:Tls:{member}: there is no file {file}, or it can't be read.";
            }
        }

        if ((KeyFile is null) != (CertificateFile is null))
        {
            yield return $"{section}:Tls: CertificateFile and KeyFile go together, and one of them is missing.";
        }
    }
}
