using Microsoft.Extensions.DependencyInjection;
using Workers.Jobs.Accounts;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Connections;
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
        (Jobs, Attempts, Accounts, Results, Failures) = (new InMemoryJobs(), new InMemoryAttempts(), new InMemoryAccounts(), new InMemoryResults(), new InMemoryFailures());
    }

    /// <summary>In MongoDB.</summary>
    public Stores(Store store)
    {
        (Jobs, Attempts, Accounts, Results, Failures) = (new MongoJobs(store), new MongoAttempts(store), new MongoAccounts(store), new MongoResults(store), new MongoFailures(store));
    }

    public IJobs Jobs { get; }

    public IAttempts Attempts { get; }

    public IAccounts Accounts { get; }

    public IResults Results { get; }

    public IFailures Failures { get; }

    public void AddTo(IServiceCollection services) =>
        services.AddSingleton(Jobs).AddSingleton(Attempts).AddSingleton(Accounts).AddSingleton(Results).AddSingleton(Failures);
}
