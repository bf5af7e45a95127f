using System.Reflection;
using Microsoft.Extensions.Options;
using Workers.Contracts;
using Workers.Jobs;
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
using Workers.Testing;

namespace Workers.MongoDb.Tests.Indexes;

/// <summary>A call of each method of each store, in each form that asks for something else.</summary>
internal sealed record StoreCall(Type Store, string Method, Func<Store, Task> CallAsync)
{
    private static readonly PagePosition Somewhere = new(Some.Time, Guid.Empty);

    public static IReadOnlyList<StoreCall> All { get; } =
    [
        Of<IJobs>(nameof(IJobs.FindAsync), jobs => jobs.FindAsync(Guid.Empty, default)),
        Of<IJobs>(nameof(IJobs.AddAsync), jobs => jobs.AddAsync(Some.Job(), default)),
        Of<IJobs>(nameof(IJobs.ReplaceAsync), jobs => jobs.ReplaceAsync(Some.Job(), default)),
        Of<IJobs>(nameof(IJobs.TakeDueAsync), jobs => jobs.TakeDueAsync(Some.Time, TimeSpan.FromHours(1), 10, default)),
        Of<IJobs>(nameof(IJobs.UnannouncedAsync), jobs => jobs.UnannouncedAsync(Some.Time, 10, default)),
        Of<IJobs>(nameof(IJobs.MarkAnnouncedAsync), jobs => jobs.MarkAnnouncedAsync(Guid.Empty, 1, default)),
        .. Queries().Select(query => Of<IJobs>(nameof(IJobs.ListAsync), jobs => jobs.ListAsync(query, null, 10, default))),
        .. Queries().Select(query => Of<IJobs>(nameof(IJobs.ListAsync), jobs => jobs.ListAsync(query, Somewhere, 10, default))),
        Of<IJobs>(nameof(IJobs.CountLiveAsync), jobs => jobs.CountLiveAsync(default)),
        Of<IJobs>(nameof(IJobs.OldestWaitingAsync), jobs => jobs.OldestWaitingAsync(default)),
        Of<IJobs>(nameof(IJobs.TenantsAsync), jobs => jobs.TenantsAsync(default)),
        Of<IJobs>(nameof(IJobs.EndedAsync), jobs => jobs.EndedAsync("studio", Some.Time, null, 10, default)),
        Of<IJobs>(nameof(IJobs.EndedAsync), jobs => jobs.EndedAsync("studio", Some.Time, Somewhere, 10, default)),
        Of<IJobs>(nameof(IJobs.RemoveAsync), jobs => jobs.RemoveAsync(Guid.Empty, Guid.Empty, default)),

        Of<IAttempts>(nameof(IAttempts.FindAsync), attempts => attempts.FindAsync(Some.AttemptId(), default)),
        Of<IAttempts>(nameof(IAttempts.OfJobAsync), attempts => attempts.OfJobAsync(Guid.Empty, Guid.Empty, default)),
        Of<IAttempts>(nameof(IAttempts.OpenAsync), attempts => attempts.OpenAsync(Some.Attempt(), default)),
        Of<IAttempts>(nameof(IAttempts.RecordTaskAsync), attempts => attempts.RecordTaskAsync(Some.AttemptId(), "task", Some.Time, default)),
        Of<IAttempts>(nameof(IAttempts.HolderAsync), attempts => attempts.HolderAsync(Some.Account, "task", default)),
        Of<IAttempts>(nameof(IAttempts.SettleNotCreatedAsync), attempts => attempts.SettleNotCreatedAsync(Some.AttemptId(), Some.Refusal(), default)),
        Of<IAttempts>(nameof(IAttempts.NoteAsync), attempts => attempts.NoteAsync(Some.AttemptId(), Some.Refusal(), default)),
        Of<IAttempts>(nameof(IAttempts.SettleUncertainAsync), attempts => attempts.SettleUncertainAsync(Some.AttemptId(), default)),
        Of<IAttempts>(nameof(IAttempts.RearmAsync), attempts => attempts.RearmAsync(Some.AttemptId(), Some.Time, default)),
        Of<IAttempts>(nameof(IAttempts.AccountsDueAsync), attempts => attempts.AccountsDueAsync(Some.Time, default)),
        Of<IAttempts>(nameof(IAttempts.DueAsync), attempts => attempts.DueAsync(Some.Account, Some.Time, 10, default)),
        Of<IAttempts>(
            nameof(IAttempts.SaveRoundAsync),
            attempts => attempts.SaveRoundAsync([new(Some.AttemptId(), Some.Time, new()), new(Some.AttemptId(), Some.Time, new(), Some.End())], default)),
        Of<IAttempts>(nameof(IAttempts.CloseAsync), attempts => attempts.CloseAsync([Some.AttemptId(), Some.AttemptId()], default)),
        Of<IAttempts>(nameof(IAttempts.CountDueAsync), attempts => attempts.CountDueAsync(Some.Time, default)),
        Of<IAttempts>(nameof(IAttempts.CountInFlightAsync), attempts => attempts.CountInFlightAsync(Some.Account, default)),
        Of<IAttempts>(nameof(IAttempts.RemoveAsync), attempts => attempts.RemoveAsync(Guid.Empty, Guid.Empty, default)),

        Of<IResults>(nameof(IResults.KeepAsync), results => results.KeepAsync(Filled.Result(), default)),
        Of<IResults>(nameof(IResults.FindAsync), results => results.FindAsync(Guid.Empty, Guid.Empty, default)),
        Of<IResults>(nameof(IResults.RemoveAsync), results => results.RemoveAsync(Guid.Empty, Guid.Empty, default)),

        Of<IFailures>(nameof(IFailures.RecordAsync), failures => failures.RecordAsync(Some.Failure(), default)),
        Of<IFailures>(nameof(IFailures.FindAsync), failures => failures.FindAsync("id", default)),
        Of<IFailures>(nameof(IFailures.CountAsync), failures => failures.CountAsync(Some.Time, default)),
        Of<IFailures>(nameof(IFailures.CountAsync), failures => failures.CountAsync(new FailureQuery { Since = Some.Time }, default)),
        Of<IFailures>(
            nameof(IFailures.CountAsync),
            failures => failures.CountAsync(new FailureQuery { Since = Some.Time, Bucket = FailureBucket.Quota, Provider = "seedance", TenantId = "studio" }, default)),
        Of<IFailures>(nameof(IFailures.CountAsync), failures => failures.CountAsync(new FailureQuery { Since = Some.Time, OnlyDeadLetters = true }, default)),
        Of<IFailures>(nameof(IFailures.TrendAsync), failures => failures.TrendAsync(Some.Time, Some.Time, default)),
        Of<IFailures>(nameof(IFailures.NewestAsync), failures => failures.NewestAsync(FailureBucket.Quota, null, Some.Time, 10, default)),
        Of<IFailures>(nameof(IFailures.NewestAsync), failures => failures.NewestAsync(FailureBucket.Quota, "acme", Some.Time, 10, default)),
        Of<IFailures>(nameof(IFailures.OfJobAsync), failures => failures.OfJobAsync(Guid.Empty, default)),
        Of<IFailures>(nameof(IFailures.RemoveOfJobAsync), failures => failures.RemoveOfJobAsync(Guid.Empty, default)),
        Of<IFailures>(nameof(IFailures.RemoveAsync), failures => failures.RemoveAsync(Some.Time, default)),

        Of<IAccounts>(nameof(IAccounts.GetAsync), accounts => accounts.GetAsync(Some.Account, default)),
        Of<IAccounts>(nameof(IAccounts.TakeSlotAsync), accounts => accounts.TakeSlotAsync(Some.Account, new AccountPace(60, 10), Some.Time, default)),
        Of<IAccounts>(nameof(IAccounts.ReturnSlotsAsync), accounts => accounts.ReturnSlotsAsync(Some.Account, 1, default)),
        Of<IAccounts>(nameof(IAccounts.CorrectInFlightAsync), accounts => accounts.CorrectInFlightAsync(new Account { Name = Some.Account }, 1, default)),
        Of<IAccounts>(nameof(IAccounts.PauseAsync), accounts => accounts.PauseAsync(Some.Account, new(FailureBucket.Quota, "No money.", Some.Time, Some.Time), default)),
        Of<IAccounts>(nameof(IAccounts.OpenAsync), accounts => accounts.OpenAsync(Some.Account, default)),
        Of<IAccounts>(nameof(IAccounts.StartRoundsAsync), accounts => accounts.StartRoundsAsync([Some.Account], Some.Time, TimeSpan.FromMinutes(1), default)),
        Of<IAccounts>(nameof(IAccounts.TakeRoundAsync), accounts => accounts.TakeRoundAsync(Some.Account, 1, Some.Time, TimeSpan.FromMinutes(1), default)),
        Of<IAccounts>(nameof(IAccounts.RenewRoundAsync), accounts => accounts.RenewRoundAsync(Some.Account, 1, Some.Time, TimeSpan.FromMinutes(1), default)),
        Of<IAccounts>(nameof(IAccounts.EndRoundAsync), accounts => accounts.EndRoundAsync(Some.Account, 1, Some.Time, default)),

        Of<ICosts>(nameof(ICosts.RecordAsync), costs => costs.RecordAsync([Filled.Cost()], default)),
        Of<ICosts>(nameof(ICosts.BetweenAsync), costs => costs.BetweenAsync(Some.Time, Some.Time, null, default)),
        Of<ICosts>(nameof(ICosts.BetweenAsync), costs => costs.BetweenAsync(Some.Time, Some.Time, "studio", default)),
        Of<ICosts>(nameof(ICosts.RemoveAsync), costs => costs.RemoveAsync(Some.Time, default)),

        Of<IAlerts>(nameof(IAlerts.AllAsync), alerts => alerts.AllAsync(default)),
        Of<IAlerts>(nameof(IAlerts.SaveAsync), alerts => alerts.SaveAsync(Filled.Alert(), default)),
        Of<IAlerts>(nameof(IAlerts.SaveAsync), alerts => alerts.SaveAsync(Filled.Alert() with { Version = 1 }, default)),
        Of<IAlerts>(nameof(IAlerts.MarkToldAsync), alerts => alerts.MarkToldAsync(Filled.Alert(), 1, default)),
        Of<IAlerts>(nameof(IAlerts.RemoveAsync), alerts => alerts.RemoveAsync(Filled.Alert(), default)),

        Of<IAudit>(nameof(IAudit.AppendAsync), audit => audit.AppendAsync(Some.AuditEntry(), default)),
        Of<IAudit>(nameof(IAudit.OfJobAsync), audit => audit.OfJobAsync(Guid.Empty, default)),
        Of<IAudit>(nameof(IAudit.NewestAsync), audit => audit.NewestAsync(null, 10, default)),
        Of<IAudit>(nameof(IAudit.NewestAsync), audit => audit.NewestAsync(Somewhere, 10, default)),
    ];

    /// <summary>The methods of all stores that none of the calls is of.</summary>
    public static IEnumerable<string> Forgotten() =>
        All.Select(call => call.Store).Distinct()
            .SelectMany(store => store.GetMethods(BindingFlags.Instance | BindingFlags.Public).Select(method => $"{store.Name}.{method.Name}"))
            .Except(All.Select(call => $"{call.Store.Name}.{call.Method}"));

    public override string ToString() => $"{Store.Name}.{Method}";

    /// <summary>Every question that an operator can put together.</summary>
    private static IEnumerable<JobQuery> Queries() =>
        from tenant in new[] { null, "studio" }
        from state in new (string? State, Phase? Phase)[] { (null, null), (nameof(JobLifecycle.Running), null), (null, Phase.Blocked), (null, Phase.Terminal) }
        from bucket in new FailureBucket?[] { null, FailureBucket.Quota }
        from since in new DateTimeOffset?[] { null, Some.Time }
        from user in new[] { null, "a1b2" }
        select new JobQuery { TenantId = tenant, State = state.State, Phase = state.Phase, Bucket = bucket, Since = since, UserHash = user };

    private static StoreCall Of<T>(string method, Func<T, Task> call)
        where T : class =>
        new(typeof(T), method, store => call((T)Make(typeof(T), store)));

    private static object Make(Type type, Store store) => type.Name switch
    {
        nameof(IJobs) => new MongoJobs(store),
        nameof(IAttempts) => new MongoAttempts(store),
        nameof(IResults) => new MongoResults(store),
        nameof(IFailures) => new MongoFailures(store),
        nameof(IAccounts) => new MongoAccounts(store),
        nameof(ICosts) => new MongoCosts(store),
        nameof(IAlerts) => new MongoAlerts(store),
        nameof(IAudit) => new MongoAudit(store, Options.Create(new RetentionOptions())),
        _ => throw new ArgumentException($"There is no {type}."),
    };
}
