using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Accounts;

/// <summary>The accounts' keys: from the options, or from files, which are read again when they change so that a key can be rotated without a restart.</summary>
internal sealed class ApiKeys(IOptions<AccountsOptions> accounts)
{
    private sealed record Read(DateTime WrittenAt, Secret Key);

    /// <summary>Concurrent; the last one wins, and a wrong winner is mended by the next call.</summary>
    private readonly ConcurrentDictionary<string, Read> _files = new(StringComparer.Ordinal);

    /// <summary>The key, or null where there is none that could be sent.</summary>
    public Secret? Find(string account)
    {
        if (!accounts.Value.Named.TryGetValue(account, out var options))
        {
            return null;
        }

        var key = options.ApiKeyFile.Length > 0 ? FromFile(options.ApiKeyFile) : options.ApiKey;
        return IsUsable(key) ? key : null;
    }

    /// <summary>Can be sent in a header: visible ASCII. What could not would come back in the message of an exception.</summary>
    public static bool IsUsable(Secret key) => key.Reveal() is { Length: > 0 and <= 4096 } text && text.All(letter => letter is > ' ' and <= '~');

    private Secret FromFile(string path)
    {
        _files.TryGetValue(path, out var known);
        try
        {
            var writtenAt = File.GetLastWriteTimeUtc(path);
            if (known?.WrittenAt != writtenAt)
            {
                // An empty file is one that is being written just now.
                var key = new Secret(File.ReadAllText(path).Trim());
                if (!key.IsEmpty)
                {
                    known = new(writtenAt, key);
                    _files[path] = known;
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // While a file is being replaced there may be none for a moment: the last key serves on.
        }

        return known?.Key ?? Secret.None;
    }
}
