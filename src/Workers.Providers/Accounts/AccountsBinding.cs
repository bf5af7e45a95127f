using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workers.Providers.Accounts;

/// <summary>Reads the accounts: the section's children are their names.</summary>
internal sealed class AccountsBinding(IConfiguration configuration) : IConfigureOptions<AccountsOptions>
{
    public void Configure(AccountsOptions options) => configuration.GetSection(AccountsOptions.Section).Bind(options.Named);
}
