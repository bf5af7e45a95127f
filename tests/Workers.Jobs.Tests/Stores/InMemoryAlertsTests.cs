using Workers.Jobs.Alerts;
using Workers.Testing.Stores;

namespace Workers.Jobs.Tests.Stores;

internal sealed class InMemoryAlertsTests : AlertsContract
{
    protected override Task<IAlerts> CreateAsync() => Task.FromResult<IAlerts>(new InMemoryAlerts());
}
