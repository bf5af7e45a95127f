using Workers.Jobs.Retrieval;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryResultsTests : ResultsContract
{
    protected override Task<IResults> CreateAsync() => Task.FromResult<IResults>(new InMemoryResults());
}
