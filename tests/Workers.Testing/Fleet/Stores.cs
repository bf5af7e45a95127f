using Microsoft.Extensions.DependencyInjection;
using Workers.Jobs.Accounts;
using Workers.Jobs.Audit;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;

namespace Workers.Testing.Fleet;

/// <summary>Stores that outlive a fleet, so that another can start on what the first one left.</summary>
internal sealed class Stores
{
    public IJobs Jobs { get; } = new InMemoryJobs();

    public IAttempts Attempts { get; } = new InMemoryAttempts();

    public IAccounts Accounts { get; } = new InMemoryAccounts();

    public IResults Results { get; } = new InMemoryResults();

    public IFailures Failures { get; } = new InMemoryFailures();

    public IAudit Audit { get; } = new InMemoryAudit();

    public void AddTo(IServiceCollection services) =>
        services.AddSingleton(Jobs).AddSingleton(Attempts).AddSingleton(Accounts).AddSingleton(Results).AddSingleton(Failures).AddSingleton(Audit);
}
