using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workers.Providers.Accounts;
using Workers.Providers.Http;
using Workers.Providers.Seedance;
using Workers.Providers.Seedance.Rules;
using Workers.Providers.Seedance.Wire;

namespace Workers.Providers;

/// <summary>Everything a host needs to call to speak to providers.</summary>
public static class ProvidersRegistration
{
    /// <summary>
    /// Adds <see cref="ProviderDirectory"/> with every provider, <see cref="IReferenceProbe"/>, <see cref="IOutputSource"/> and <see cref="ReferenceAddress"/>, and
    /// binds and validates the sections <c>Accounts</c>, <c>Http</c>, <c>Outbound</c> and <c>ObjectStore</c>. Time comes from a registered
    /// <see cref="TimeProvider"/>, else from the system. Calling it again changes nothing.
    /// </summary>
    public static IServiceCollection AddProviders(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(ProviderDirectory)))
        {
            return services;
        }

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new Chance());
        return services
            .AddSingleton<ProviderDirectory>()
            .AddProviderOptions()
            .AddProviderCalls()
            .AddOutsideCalls()
            .AddSeedance();
    }

    private static IServiceCollection AddProviderOptions(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<AccountsOptions, AccountsValidator>();
        services.AddSingleton<IConfigureOptions<AccountsOptions>, AccountsBinding>();
        services.AddSingleton<ApiKeys>();

        services.AddOptionsWithValidateOnStart<HttpOptions, HttpOptionsValidator>().BindConfiguration(HttpOptions.Section);
        services.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsCrossValidator>();

        services.AddOptionsWithValidateOnStart<OutboundOptions, OutboundOptionsValidator>().BindConfiguration(OutboundOptions.Section);
        services.AddSingleton<IValidateOptions<OutboundOptions>, AllowedHostsValidator>();

        services.AddOptionsWithValidateOnStart<ObjectStoreOptions, ObjectStoreValidator>().BindConfiguration(ObjectStoreOptions.Section);
        return services;
    }

    private static IServiceCollection AddProviderCalls(this IServiceCollection services)
    {
        services.AddTransient<CallStamp>().AddTransient<CallLog>().AddTransient<WholeBody>();

        // A list that the handler below sends again comes too soon; a create is not sent again, but would be lost in a kept connection that is dead.
        services.AddProviderClient(HttpClients.Create, client => client.AddOnePolicy(options => options.CreateTimeout), () => new OwnConnection());
        services.AddProviderClient(HttpClients.Cancel, client => client.AddOnePolicy(options => options.CallTimeout), () => new OwnConnection());
        services.AddProviderClient(HttpClients.List, client => client.AddListPolicy(), () => new OwnConnection());
        services.AddProviderClient(HttpClients.Read, client => client.AddReadPolicy(), () => new SocketsHttpHandler
        {
            // A redirect would make a second call of one, and would carry a request to where nobody meant it to go.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        });
        return services;
    }

    private static void AddProviderClient(this IServiceCollection services, string name, Func<IHttpClientBuilder, IHttpClientBuilder> policy, Func<HttpMessageHandler> connect) =>
        policy(services.AddBareClient(name))
            .AddHttpMessageHandler<CallStamp>()
            .AddHttpMessageHandler<CallLog>()
            .AddHttpMessageHandler<WholeBody>()
            .ConfigurePrimaryHttpMessageHandler(connect);

    private static IServiceCollection AddOutsideCalls(this IServiceCollection services)
    {
        services.AddSingleton<OutboundPolicy>().AddSingleton<ReferenceAddress>();
        services.TryAddSingleton<INameResolver, SystemNameResolver>();
        services.TryAddSingleton<IDialer, TcpDialer>();
        services.AddSingleton<GuardedConnection>().AddTransient<GuardedRequests>();
        services.AddSingleton<IReferenceProbe, ReferenceProbe>().AddSingleton<IOutputSource, OutputSource>();
        services.AddGuardedClient(HttpClients.Probe);
        services.AddGuardedClient(HttpClients.Download);
        return services;
    }

    private static void AddGuardedClient(this IServiceCollection services, string name) => services.AddBareClient(name)
        .AddOutsidePolicy()
        .AddHttpMessageHandler<CallLog>()
        .AddHttpMessageHandler<GuardedRequests>()
        .ConfigurePrimaryHttpMessageHandler(provider => new SocketsHttpHandler
        {
            // A proxy would connect to what was never judged here.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectCallback = provider.GetRequiredService<GuardedConnection>().ConnectAsync,
        });

    /// <summary>Without the factory's own log, which repeats addresses, and without a time-out of its own beside the policy's.</summary>
    private static IHttpClientBuilder AddBareClient(this IServiceCollection services, string name) => services
        .AddHttpClient(name, client => client.Timeout = Timeout.InfiniteTimeSpan)
        .RemoveAllLoggers();

    private static IServiceCollection AddSeedance(this IServiceCollection services) => services
        .AddSingleton<IAccountRules, SeedanceAccountRules>()
        .AddSingleton<SeedanceNames>()
        .AddSingleton<ArkClient>()
        .AddSingleton<SeedanceRules>()
        .AddSingleton<IGenerationProvider, SeedanceProvider>();
}
