using Microsoft.Extensions.Options;
using MongoDB.Driver;

namespace Workers.MongoDb.Connections;

/// <summary>Names what is wrong with the address or a file, without showing either's content.</summary>
internal sealed class MongoDbAddressValidator : IValidateOptions<MongoDbOptions>
{
    public ValidateOptionsResult Validate(string? name, MongoDbOptions options)
    {
        List<string> faults = [];
        if (!IsAddress(options.Url))
        {
            faults.Add($"{MongoDbOptions.Section}:Url: {(options.Url is null ? "missing" : $"text of {options.Url.Length} characters")}, which is no MongoDB address. Write mongodb://user@host:port/ or mongodb+srv://user@host/.");
        }

        foreach (var (member, file) in new[] { (nameof(options.UsernameFile), options.UsernameFile), (nameof(options.PasswordFile), options.PasswordFile) })
        {
            if (file is not null && !File.Exists(file))
            {
                faults.Add($"{MongoDbOptions.Section}:{member}: there is no file {file}, or it can't be read.");
            }
        }

        if (options.PasswordFile is not null && options.UsernameFile is null && IsAddress(options.Url) && MongoUrl.Create(options.Url).Username is null)
        {
            faults.Add($"{MongoDbOptions.Section}:PasswordFile: there is a password and no user. Name the user in Url or in UsernameFile.");
        }

        faults.AddRange(options.Tls.Faults(MongoDbOptions.Section));
        if (IsAddress(options.Url))
        {
            faults.AddRange(Contradictions(options, MongoUrl.Create(options.Url)));
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Contradictions(MongoDbOptions options, MongoUrl url)
    {
        var tls = options.Tls;
        if ((tls.ServerName ?? tls.AuthorityFile ?? tls.CertificateFile) is not null && !url.UseTls)
        {
            yield return $"{MongoDbOptions.Section}:Tls: says how to speak TLS, and Url does not ask for it. Add tls=true to Url.";
        }

        if ((tls.ServerName ?? tls.AuthorityFile) is not null && url.AllowInsecureTls)
        {
            yield return $"{MongoDbOptions.Section}:Tls: says whom to trust, and Url trusts everybody. Take tlsInsecure out of Url.";
        }
    }

    private static bool IsAddress(string? url)
    {
        try
        {
            return url is { Length: > 0 } && MongoUrl.Create(url).Servers.Any();
        }
        catch (MongoConfigurationException)
        {
            return false;
        }
    }
}
