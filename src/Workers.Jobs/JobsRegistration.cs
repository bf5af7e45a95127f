using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workers.Jobs.Accounts;
using Workers.Jobs.Alerts;
using Workers.Jobs.Audit;
using Workers.Jobs.Costs;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Failures;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Polling;
using Workers.Jobs.Retention;
using Workers.Jobs.Retrieval;
using Workers.Jobs.Submission;
using Workers.Jobs.Telemetry;
using Workers.Providers;

namespace Workers.Jobs;

/// <summary>What a host calls to run the fleet.</summary>
public static class JobsRegistration
{
    /// <summary>Everything that the fleet does, but for its stores and its transport.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="roles">What of it this process does.</param>
    public static IServiceCollection AddJobs(this IServiceCollection services, Roles roles = Roles.All)
    {
        services.AddSingleton(new ProcessRoles(roles));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Chance());
        services.TryAddSingleton<IFailpoints, NoFailpoints>();

        services.AddOptionsWithValidateOnStart<LifecycleOptions, LifecycleOptionsValidator>().BindConfiguration(LifecycleOptions.Section);
        services.AddSingleton<IValidateOptions<LifecycleOptions>, LifecycleOrderValidator>();
        services.AddOptionsWithValidateOnStart<SweepOptions, SweepOptionsValidator>().BindConfiguration(SweepOptions.Section);
        services.AddOptionsWithValidateOnStart<SubmissionOptions, SubmissionOptionsValidator>().BindConfiguration(SubmissionOptions.Section);
        services.AddOptionsWithValidateOnStart<PollingOptions, PollingOptionsValidator>().BindConfiguration(PollingOptions.Section);
        services.AddRetention();
        services.AddOptionsWithValidateOnStart<EndpointOptions, EndpointOptionsValidator>().BindConfiguration(EndpointOptions.Section);
        services.AddOptionsWithValidateOnStart<RedeliveryOptions, RedeliveryOptionsValidator>().BindConfiguration(RedeliveryOptions.Section);

        services.AddSingleton<JobSteps>();
        services.AddSingleton<JobLog>();
        services.AddSingleton<Replies>();
        services.AddSingleton<SubmissionRules>();
        services.AddSingleton<InputChecks>();
        services.AddSingleton<SlotCount>();
        services.AddSingleton<AccountJudge>();
        services.AddSingleton<LateUsage>();
        services.AddSingleton<Submitter>();
        services.AddSingleton<OpenAttempts>();
        services.AddSingleton<PollSchedule>();
        services.AddSingleton<LookWays>();
        services.AddSingleton<TaskLooks>();
        services.AddSingleton<TaskPoller>();
        services.AddSingleton<TaskList>();
        services.AddSingleton<TaskMatches>();
        services.AddSingleton<Reconciliation>();
        services.AddSingleton<HeldRounds>();
        services.AddSingleton<OutputFetcher>();
        services.AddSingleton<ResultsRoom>();
        if ((roles & (Roles.Retrieval | Roles.Submission)) != 0)
        {
            services.AddHostedService<ResultsWatch>();
        }

        if (roles.HasFlag(Roles.Lifecycle))
        {
            services.AddHostedService<JobSweep>();
            services.AddHostedService<JobPruner>();
            services.AddMetrics().AddHostedService<FleetGauges>();
        }

        services.AddOptionsWithValidateOnStart<AlertOptions, AlertOptionsValidator>().BindConfiguration(AlertOptions.Section);
        services.AddSingleton<IValidateOptions<AlertOptions>, AlertRulesValidator>();
        if (roles.HasFlag(Roles.Failures))
        {
            services.AddSingleton<AlertReadings>();
            services.AddSingleton<AlertTeller>();
            services.AddSingleton<AlertLook>();
            services.AddHostedService<AlertWatch>();
        }

        if (roles.HasFlag(Roles.Polling))
        {
            services.AddHostedService<RoundStarter>();
        }

        return services;
    }

    /// <summary>What a process of the fleet says of itself, whatever its transport and stores: whether it keeps the leases that it holds, and whether it can store results.</summary>
    public static IHealthChecksBuilder AddJobsHealth(this IHealthChecksBuilder health) => health
        .AddCheck<LeasesHealth>("leases", tags: [HealthTags.Ready])
        .AddCheck<ResultsHealth>("results", tags: [HealthTags.Ready]);

    /// <summary>What removes jobs: by age, and by user.</summary>
    internal static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<RetentionOptions, RetentionOptionsValidator>().BindConfiguration(RetentionOptions.Section);
        services.AddSingleton<IValidateOptions<RetentionOptions>, TenantRetentionValidator>();
        services.AddOptionsWithValidateOnStart<RetrievalOptions, RetrievalOptionsValidator>().BindConfiguration(RetrievalOptions.Section);
        services.AddSingleton<ResultFiles>();
        services.AddSingleton<JobRemoval>();
        services.AddSingleton<Pruner>();
        services.AddSingleton<Erasure>();
        services.AddSingleton<CostFilling>();
        return services;
    }

    /// <summary>Stores that live and die with the process, for standalone mode and tests.</summary>
    public static IServiceCollection AddInMemoryStores(this IServiceCollection services)
    {
        services.AddSingleton<IJobs, InMemoryJobs>();
        services.AddSingleton<IAttempts, InMemoryAttempts>();
        services.AddSingleton<IAccounts, InMemoryAccounts>();
        services.AddSingleton<IResults, InMemoryResults>();
        services.AddSingleton<IFailures, InMemoryFailures>();
        services.AddSingleton<IAudit, InMemoryAudit>();
        services.AddSingleton<ICosts, InMemoryCosts>();
        services.AddSingleton<IAlerts, InMemoryAlerts>();
        return services;
    }

    /// <summary>The fleet's consumers and its saga, on any transport.</summary>
    public static void AddFleet(this IBusRegistrationConfigurator bus)
    {
        bus.DisableUsageTelemetry();
        bus.AddConsumer<StartJobConsumer>();
        bus.AddConsumer<CancelTaskConsumer>();
        bus.AddConsumer<PollRoundConsumer>();
        bus.AddConsumer<WatchTaskConsumer>();
        bus.AddConsumer<RetrieveResultConsumer>();
        bus.AddConsumer<FailureConsumer>();
        bus.AddSagaStateMachine<JobLifecycle, Job>().KeptInJobs();
    }

    /// <summary>Keeps a saga's jobs in <see cref="IJobs"/>.</summary>
    internal static void KeptInJobs(this ISagaRegistrationConfigurator<Job> saga) => saga.Repository(repository =>
    {
        repository.RegisterLoadSagaRepository<Job, JobRepository>();
        repository.RegisterQuerySagaRepository<Job, JobRepository>();
        repository.RegisterSagaRepository<Job, IJobs, SagaConsumeContextFactory<IJobs, Job>, JobRepository>();
    });

    /// <summary>MassTransit's in-memory transport, with its own delays.</summary>
    /// <param name="bus">The bus to configure.</param>
    /// <param name="observe">Further endpoints, for whoever listens to the events in this process.</param>
    public static void UseInMemoryTransport(this IBusRegistrationConfigurator bus, Action<IBusRegistrationContext, IInMemoryBusFactoryConfigurator>? observe = null)
    {
        bus.AddDelayedMessageScheduler();
        bus.AddSingleton<IReplyRoute, InMemoryReplyRoute>();
        bus.UsingInMemory((context, transport) =>
        {
            transport.UseDelayedMessageScheduler();
            transport.ConfigureFleet(context);
            observe?.Invoke(context, transport);
        });
    }
}
