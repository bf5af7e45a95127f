using Workers.Jobs.Audit;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryAuditTests : AuditContract
{
    protected override Task<IAudit> CreateAsync() => Task.FromResult<IAudit>(new InMemoryAudit());
}
