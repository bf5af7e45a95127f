using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retention;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Alerts;
using Workers.MongoDb.Audit;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Costs;
using Workers.MongoDb.Failures;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Retrieval;
using Workers.MongoDb.Submission;

namespace Workers.Testing.Fleet;

/// <summary>Stores that outlive a fleet, so that another can start on what the first one left.</summary>
internal sealed class Stores
{
    /// <summary>In memory.</summary>
    public Stores()
    {
        (Jobs, Attempts, Accounts, Results, Failures, Audit, Costs, Alerts) = (
            new InMemoryJobs(), new InMemoryAttempts(), new InMemoryAccounts(), new InMemoryResults(), new InMemoryFailures(), new InMemoryAudit(),
            new InMemoryCosts(), new InMemoryAlerts());
    }

    /// <summary>In MongoDB.</summary>
    public Stores(Store store)
    {
        (Jobs, Attempts, Accounts, Results, Failures, Audit, Costs, Alerts) = (
            new MongoJobs(store), new MongoAttempts(store), new MongoAccounts(store), new MongoResults(store), new MongoFailures(store),
            new MongoAudit(store, Options.Create(new RetentionOptions())), new MongoCosts(store), new MongoAlerts(store));
    }

    public IJobs Jobs { get; }

    public IAttempts Attempts { get; }

    public IAccounts Accounts { get; }

    public IResults Results { get; }

    public IFailures Failures { get; }

    public IAudit Audit { get; }

    public ICosts Costs { get; }

    public IAlerts Alerts { get; }

    public void AddTo(IServiceCollection services) =>
        services.AddSingleton(Jobs).AddSingleton(Attempts).AddSingleton(Accounts).AddSingleton(Results).AddSingleton(Failures).AddSingleton(Audit).AddSingleton(Costs)
            .AddSingleton(Alerts);
}
