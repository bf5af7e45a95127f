using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Providers.Http;

namespace Workers.Providers.Accounts;

/// <summary>Judges the accounts at start, all faults at once. Of keys nothing is repeated.</summary>
internal sealed partial class AccountsValidator(IServiceProvider services, IEnumerable<IAccountRules> rules, OutboundPolicy outbound) : IValidateOptions<AccountsOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountsOptions options)
    {
        var faults = options.Named.SelectMany(account => Check(account.Key, account.Value, options).Select(fault => $"{AccountsOptions.Section}:{account.Key}:{fault}")).ToArray();
        return faults.Length > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }

    private IEnumerable<string> Check(string name, AccountOptions account, AccountsOptions all)
    {
        if (!Name().IsMatch(name))
        {
            yield return " the name must match [A-Za-z0-9][A-Za-z0-9._-]{0,63}.";
        }

        var annotated = new List<ValidationResult>();
        Validator.TryValidateObject(account, new ValidationContext(account, services, items: null), annotated, validateAllProperties: true);
        foreach (var fault in annotated)
        {
            yield return $"{string.Join(',', fault.MemberNames)}: {fault.ErrorMessage}";
        }

        // Asked for here, since providers are made of these very options.
        var known = services.GetRequiredService<ProviderDirectory>().Names;
        if (account.Provider.Length > 0 && !known.Contains(account.Provider))
        {
            yield return $"{nameof(account.Provider)} must be one of {string.Join(", ", known)}.";
        }

        var hasNone = account.ApiKey.IsEmpty && account.ApiKeyFile.Length == 0;
        if (hasNone ? all.KeysAreNeeded : !account.ApiKey.IsEmpty && account.ApiKeyFile.Length > 0)
        {
            yield return $"{nameof(account.ApiKey)} must be given, or else {nameof(account.ApiKeyFile)}, not both.";
        }
        else if (!account.ApiKey.IsEmpty && !ApiKeys.IsUsable(account.ApiKey))
        {
            yield return $"{nameof(account.ApiKey)} must be of visible ASCII characters.";
        }

        if (account.BaseAddress is { } address && Judge(address) is { } problem)
        {
            yield return $"{nameof(account.BaseAddress)} {problem}.";
        }

        foreach (var host in account.OutputKeyHosts.Where(host => !AllowedHost.TryRead(host, out _, out _)))
        {
            yield return $"{nameof(account.OutputKeyHosts)}: '{host}' must be host or host:port.";
        }

        foreach (var (field, rule) in rules.Where(rules => rules.Provider == account.Provider).SelectMany(rules => rules.Check(account, all)))
        {
            yield return $"{field} {rule}.";
        }
    }

    /// <summary>A key goes there: nobody on the way may read it.</summary>
    private string? Judge(Uri address) => address switch
    {
        { IsAbsoluteUri: false } => "must be an absolute URI",
        { UserInfo.Length: > 0 } or { Query.Length: > 0 } or { Fragment.Length: > 0 } => "must have neither credentials, query nor fragment",
        { Scheme: "https" } => null,
        { Scheme: "http" } when address.IsLoopback || outbound.IsAllowed(address.Host, address.Port) => null,
        _ => "must be an https URI, or an http one of this machine or of a host in Outbound:AllowedHosts",
    };

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
