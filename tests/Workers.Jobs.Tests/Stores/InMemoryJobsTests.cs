using Workers.Jobs.Lifecycle;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryJobsTests : JobsContract
{
    protected override Task<IJobs> CreateAsync() => Task.FromResult<IJobs>(new InMemoryJobs());
}
