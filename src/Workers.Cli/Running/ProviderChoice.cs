using Microsoft.Extensions.Configuration;

namespace Workers.Cli.Running;

/// <summary>Whom a run asks: the simulator, or accounts that somebody configured.</summary>
internal sealed record ProviderChoice
{
    /// <summary>A simulator is started in this process.</summary>
    public required bool IsSimulator { get; init; }

    /// <summary>Hosts that are asked and are not this machine; what is paid there is paid.</summary>
    public required IReadOnlyList<string> RealHosts { get; init; }

    /// <summary>Settings that the choice adds to those from outside.</summary>
    public required IReadOnlyDictionary<string, string?> Added { get; init; }

    public static ProviderChoice Of(RunSettings settings, IConfiguration outside)
    {
        if (settings.Simulator || (settings.Provider is null && settings.ApiKeyFile is null && !outside.HasAccounts()))
        {
            return new ProviderChoice { IsSimulator = true, RealHosts = [], Added = new Dictionary<string, string?>() };
        }

        var added = new Dictionary<string, string?>();
        if (settings.Provider is { } provider)
        {
            added[Key("BaseAddress")] = provider.ToString().TrimEnd('/') + "/";
            if (provider.IsLoopback)
            {
                added["Outbound:AllowedHosts:98"] = provider.Authority; // its outputs lie on this machine too
            }
        }

        if (settings.ApiKeyFile is { } file)
        {
            added[Key("ApiKeyFile")] = file;
        }

        if (added.Count > 0 && outside[Key("Provider")] is null)
        {
            added[Key("Provider")] = Settings.Seedance;
        }

        return new ProviderChoice { IsSimulator = false, RealHosts = FindRealHosts(outside, added), Added = added };
    }

    /// <exception cref="CannotStartException">A real provider, and nothing that would outlive the process.</exception>
    public void Guard(bool isEphemeral)
    {
        if (RealHosts.Count > 0 && !isEphemeral)
        {
            throw new CannotStartException(
                $"""
                {string.Join(", ", RealHosts)} is a real provider, and this program keeps its records in memory only: there is no durable store yet.
                If the process dies, nothing of it remembers which tasks were asked for. They run on and are billed; their results are fetched by nobody and are deleted
                by the provider after a while; and a second run of the file asks, and pays, for every job again.
                Give --ephemeral to accept that (Ctrl-C then lists the tasks that are left running), or --simulator to spend nothing.
                """);
        }
    }

    private static string[] FindRealHosts(IConfiguration outside, Dictionary<string, string?> added)
    {
        var configured = new ConfigurationBuilder().AddConfiguration(outside).AddInMemoryCollection(added).Build();
        return
        [
            .. configured.GetSection(Settings.Accounts).GetChildren()
                .Select(account => account["BaseAddress"])
                .Where(address => !Uri.TryCreate(address, UriKind.Absolute, out var uri) || !uri.IsLoopback)
                .Select(address => Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.Host : "the provider of the configured account")
                .Distinct(),
        ];
    }

    private static string Key(string member) => $"{Settings.Accounts}:{Settings.Main}:{member}";
}
