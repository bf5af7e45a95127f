using System.Text.RegularExpressions;
using Workers.Providers.Accounts;
using Workers.Providers.Seedance.Models;

namespace Workers.Providers.Seedance;

/// <inheritdoc cref="IAccountRules"/>
internal sealed partial class SeedanceAccountRules : IAccountRules
{
    public string Provider => SeedanceProvider.ProviderName;

    public IEnumerable<(string Field, string Rule)> Check(AccountOptions account, AccountsOptions all)
    {
        if (SeedanceRegions.Find(account.Region) is null)
        {
            yield return (nameof(account.Region), $"must be one of {string.Join(", ", SeedanceRegions.All.Select(region => region.Name))}");
        }

        var others = all.Named.Values.Where(other => other.Provider == Provider).SelectMany(other => other.Models).ToArray();
        foreach (var (id, name) in account.Models)
        {
            if (Judge(account, id, name, others) is { } rule)
            {
                yield return ($"{nameof(account.Models)}:{id}", rule);
            }
        }
    }

    private static string? Judge(AccountOptions account, string id, string name, KeyValuePair<string, string>[] everywhere)
    {
        if (SeedanceModels.Find(id) is not { } model)
        {
            return $"must be given by the id of a model: {string.Join(", ", SeedanceModels.All.Select(known => known.BytePlusId))}";
        }

        if (name is null || !Form().IsMatch(name))
        {
            return "must be a name of at most 128 letters, digits, and . _ : / @ -, that begins with a letter or digit";
        }

        if (account.Models.Count(pair => SeedanceModels.Find(pair.Key) == model) > 1)
        {
            return "names one model twice, by its ids at both platforms";
        }

        if (SeedanceModels.Find(name) is { } meant && meant != model)
        {
            return "must not be the id of another model";
        }

        // Jobs may give it, and are judged before their account is asked.
        return everywhere.Any(pair => pair.Value == name && SeedanceModels.Find(pair.Key) is { } other && other != model)
            ? "must not be the name of another model, here or at another account"
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
