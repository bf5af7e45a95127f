using Workers.Jobs.Submission;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryAttemptsTests : AttemptsContract
{
    protected override Task<IAttempts> CreateAsync() => Task.FromResult<IAttempts>(new InMemoryAttempts());
}
