using Workers.Jobs.Costs;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryCostsTests : CostsContract
{
    protected override Task<ICosts> CreateAsync() => Task.FromResult<ICosts>(new InMemoryCosts());
}
