using Workers.Jobs.Failures;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryFailuresTests : FailuresContract
{
    protected override Task<IFailures> CreateAsync() => Task.FromResult<IFailures>(new InMemoryFailures());
}
