using System.Collections.Frozen;
using Microsoft.Extensions.Options;
using Workers.Providers.Accounts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <summary>Which model is meant by a name: a platform's id, or what the gateway of an account calls it (<see cref="AccountOptions.Models"/>).</summary>
internal sealed class SeedanceNames(IOptions<AccountsOptions> accounts)
{
    /// <summary>Made at the first question, since the options are judged with the help of the providers.</summary>
    private readonly Lazy<FrozenDictionary<string, SeedanceModel>> _aliases = new(() => accounts.Value.Named.Values
        .Where(account => account.Provider == SeedanceProvider.ProviderName)
        .SelectMany(account => account.Models)
        .DistinctBy(pair => pair.Value, StringComparer.Ordinal)
        .Where(pair => SeedanceModels.Find(pair.Key) is not null)
        .ToFrozenDictionary(pair => pair.Value, pair => SeedanceModels.Find(pair.Key)!, StringComparer.Ordinal));

    /// <summary>The model of this name, or null.</summary>
    public SeedanceModel? Find(string? name) => SeedanceModels.Find(name) ?? (name is null ? null : _aliases.Value.GetValueOrDefault(name));

    /// <summary>The model of this name, or what stands for an endpoint.</summary>
    public SeedanceModel FindOrEndpoint(string? name) => Find(name) ?? SeedanceModels.Endpoint;

    /// <summary>What an account calls the model of this name: as its options say, else by its platform's id. A name that nobody knows stays as it is.</summary>
    public string At(AccountOptions account, SeedanceRegion region, string name) =>
        Find(name) is not { } model ? name
        : account.Models.FirstOrDefault(pair => SeedanceModels.Find(pair.Key) == model).Value ?? region.ModelId(model);

    /// <summary>Whether both names may mean one model. The platforms name it differently; and a task of an endpoint may name the endpoint or its model.</summary>
    public bool MayBeSame(string found, string asked) =>
        found.Length == 0
        || found == asked
        || SeedanceModels.IsEndpoint(found) != SeedanceModels.IsEndpoint(asked)
        || (Find(found) is { } model && model == Find(asked));
}
