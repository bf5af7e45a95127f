using Workers.Providers.Accounts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <inheritdoc cref="IAccountRules"/>
internal sealed class SeedanceAccountRules : IAccountRules
{
    public string Provider => SeedanceProvider.ProviderName;

    public IEnumerable<(string Field, string Rule)> Check(AccountOptions account)
    {
        if (SeedanceRegions.Find(account.Region) is null)
        {
            yield return (nameof(account.Region), $"must be one of {string.Join(", ", SeedanceRegions.All.Select(region => region.Name))}");
        }
    }
}
