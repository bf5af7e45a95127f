using System.ComponentModel.DataAnnotations;

namespace Workers.Providers.Accounts;

/// <summary>The accounts that the fleet may use, by name. Section <c>Accounts</c>.</summary>
public sealed class AccountsOptions
{
    public const string Section = "Accounts";

    /// <summary>Each account by its name, which matches <c>[A-Za-z0-9][A-Za-z0-9._-]{0,63}</c>.</summary>
    public Dictionary<string, AccountOptions> Named { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether this process calls providers. One that doesn't need not be given keys, and is better without. Default true.</summary>
    public bool KeysAreNeeded { get; set; } = true;

    /// <summary>
    /// The account that pays for a tenant's jobs at a provider: the one that lists the tenant, else the one without a list of tenants; null where there is none.
    /// Of several the first by name is taken.
    /// </summary>
    public string? Choose(string provider, string tenant) => Named
        .Where(account => string.Equals(account.Value.Provider, provider, StringComparison.Ordinal))
        .Where(account => account.Value.Tenants.Count == 0 || account.Value.Tenants.Contains(tenant))
        .OrderBy(account => account.Value.Tenants.Count == 0)
        .ThenBy(account => account.Key, StringComparer.Ordinal)
        .Select(account => account.Key)
        .FirstOrDefault();
}

/// <summary>One key at one provider, and how hard it may be used.</summary>
public sealed class AccountOptions
{
    /// <summary>The provider's name, for example <c>seedance</c>.</summary>
    [Required]
    public string Provider { get; set; } = "";

    /// <summary>A region of the provider, for example <c>ap-southeast</c> or <c>cn-beijing</c>. Decides base address, model ids and currency.</summary>
    public string Region { get; set; } = "";

    /// <summary>Overrides the region's base address, for a gateway or the simulator.</summary>
    public Uri? BaseAddress { get; set; }

    /// <summary>The key itself, from the environment. Exactly one of this and <see cref="ApiKeyFile"/>.</summary>
    public Secret ApiKey { get; set; } = Secret.None;

    /// <summary>A file that holds the key, read again when it changes. Exactly one of this and <see cref="ApiKey"/>.</summary>
    public string ApiKeyFile { get; set; } = "";

    /// <summary>The most creates a minute. Default 600, the rate of a company's account at ModelArk.</summary>
    [Range(1, 1_000_000)]
    public int CreatesPerMinute { get; set; } = 600;

    /// <summary>The most tasks under way at once. Default 10, the running slots of a company's account at ModelArk.</summary>
    [Range(1, 1_000_000)]
    public int TasksInFlight { get; set; } = 10;

    /// <summary>
    /// What the account's gateway calls models that it names otherwise: its name by the model's id at either platform, for example <c>seedance-pro</c> by
    /// <c>dreamina-seedance-2-0-260128</c>, or an endpoint's id. Jobs may give either name. Empty: models have their platform's ids.
    /// </summary>
    public IDictionary<string, string> Models { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Hosts of outputs that are read with this account's key, each as <c>host</c> (any port) or <c>host:port</c>. Default: none, since ModelArk's addresses are signed. The key goes to these
    /// hosts alone, and not along where one of them redirects elsewhere.
    /// </summary>
    public IList<string> OutputKeyHosts { get; } = [];

    /// <summary>The tenants that this account pays for. Empty: all that no other account lists.</summary>
    public IList<string> Tenants { get; } = [];
}
