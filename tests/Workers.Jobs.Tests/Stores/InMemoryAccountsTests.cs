using Workers.Jobs.Accounts;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryAccountsTests : AccountsContract
{
    protected override Task<IAccounts> CreateAsync() => Task.FromResult<IAccounts>(new InMemoryAccounts());
}
