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
using Workers.Testing.Stores;

namespace Workers.MongoDb.Tests.Stores;

// Each store does what the one in memory does: the same suites, on an empty database for each test.

[Category("Integration")]
internal sealed class MongoJobsTests : JobsContract
{
    private readonly Databases _databases = new();

    protected override async Task<IJobs> CreateAsync() => new MongoJobs(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoAttemptsTests : AttemptsContract
{
    private readonly Databases _databases = new();

    protected override async Task<IAttempts> CreateAsync() => new MongoAttempts(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoAccountsTests : AccountsContract
{
    private readonly Databases _databases = new();

    protected override async Task<IAccounts> CreateAsync() => new MongoAccounts(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoResultsTests : ResultsContract
{
    private readonly Databases _databases = new();

    protected override async Task<IResults> CreateAsync() => new MongoResults(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoFailuresTests : FailuresContract
{
    private readonly Databases _databases = new();

    protected override async Task<IFailures> CreateAsync() => new MongoFailures(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoCostsTests : CostsContract
{
    private readonly Databases _databases = new();

    protected override async Task<ICosts> CreateAsync() => new MongoCosts(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoAuditTests : AuditContract
{
    private readonly Databases _databases = new();

    protected override async Task<IAudit> CreateAsync() => new MongoAudit(await _databases.OpenAsync(), Options.Create(new RetentionOptions()));

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

[Category("Integration")]
internal sealed class MongoAlertsTests : AlertsContract
{
    private readonly Databases _databases = new();

    protected override async Task<IAlerts> CreateAsync() => new MongoAlerts(await _databases.OpenAsync());

    [TearDown]
    public ValueTask Drop() => _databases.DisposeAsync();
}

/// <summary>The databases that one test has.</summary>
internal sealed class Databases : IAsyncDisposable
{
    private readonly List<TestDatabase> _borrowed = [];

    public async Task<Store> OpenAsync()
    {
        var database = await TestDatabase.BorrowAsync();
        _borrowed.Add(database);
        return database.Store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _borrowed)
        {
            await database.GiveBackAsync();
        }
    }
}
