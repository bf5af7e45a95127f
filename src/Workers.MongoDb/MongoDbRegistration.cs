using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workers.Jobs;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.MongoDb.Accounts;
using Workers.MongoDb.Alerts;
using Workers.MongoDb.Audit;
using Workers.MongoDb.Connections;
using Workers.MongoDb.Costs;
using Workers.MongoDb.Failures;
using Workers.MongoDb.Health;
using Workers.MongoDb.Lifecycle;
using Workers.MongoDb.Retrieval;
using Workers.MongoDb.Submission;

namespace Workers.MongoDb;

/// <summary>What a host calls to keep the fleet's records in MongoDB.</summary>
public static class MongoDbRegistration
{
    /// <summary>Stores that outlive the process and are shared by all. From here on the process tells the time by the store's clock.</summary>
    public static IServiceCollection AddMongoDbStores(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<MongoDbOptions, MongoDbOptionsValidator>().BindConfiguration(MongoDbOptions.Section);
        services.AddSingleton<IValidateOptions<MongoDbOptions>, MongoDbAddressValidator>();
        services.AddSingleton(provider => new StoreAddress(provider.GetRequiredService<IOptions<MongoDbOptions>>().Value));
        services.AddStoreClock();
        services.AddSingleton(provider => new Store(
            provider.GetRequiredService<StoreAddress>(),
            provider.GetRequiredService<IOptions<MongoDbOptions>>(),
            provider.GetRequiredService<StoreClock>(),
            TimeProvider.System,
            provider.GetRequiredService<ILogger<Store>>()));
        services.AddSingleton<IJobs, MongoJobs>();
        services.AddSingleton<IAttempts, MongoAttempts>();
        services.AddSingleton<IAccounts, MongoAccounts>();
        services.AddSingleton<IResults, MongoResults>();
        services.AddSingleton<IFailures, MongoFailures>();
        services.AddSingleton<IAudit, MongoAudit>();
        services.AddSingleton<ICosts, MongoCosts>();
        services.AddSingleton<IAlerts, MongoAlerts>();
        return services;
    }

    /// <summary>What a process with such stores says of itself: whether the store answers, has its indexes, and agrees with us on the time.</summary>
    public static IHealthChecksBuilder AddMongoDbHealth(this IHealthChecksBuilder health) => health
        .AddCheck<StoreHealth>("store", tags: [HealthTags.Ready])
        .AddCheck<IndexesHealth>("indexes", tags: [HealthTags.Startup])
        .AddCheck<ClockHealth>("clock", tags: [HealthTags.Ready]);

    private static void AddStoreClock(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        var own = services.Last(service => service.ServiceType == typeof(TimeProvider));
        services.AddSingleton(provider => new StoreClock(
            own.ImplementationInstance as TimeProvider ?? (TimeProvider)own.ImplementationFactory!(provider),
            TimeProvider.System));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<StoreClock>());
        services.AddHostedService<StoreClockWatch>();
    }
}
