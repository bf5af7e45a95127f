namespace Workers.Providers.Accounts;

/// <summary>What a provider demands of its accounts, beyond what all do.</summary>
internal interface IAccountRules
{
    string Provider { get; }

    /// <summary>Each fault as a field's name and what must hold of it.</summary>
    /// <param name="account">The account to judge.</param>
    /// <param name="all">All accounts, of other providers too.</param>
    IEnumerable<(string Field, string Rule)> Check(AccountOptions account, AccountsOptions all);
}
