using System.Globalization;
using MassTransit;
using Microsoft.Extensions.Options;
using Workers.Host.Health;
using Workers.Host.Telemetry;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.MongoDb.Connections;
using Workers.Providers;
using Workers.Providers.Accounts;
using Workers.RabbitMq;

namespace Workers.Host.Starting;

/// <summary>Puts a process of the fleet together.</summary>
internal static class FleetHost
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Where ASP.NET Core looks for addresses.</summary>
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports"];

    /// <param name="settings">The command line.</param>
    /// <param name="configure">Replaces services, for tests.</param>
    /// <exception cref="CannotStartException">A file of settings can't be used.</exception>
    public static WebApplication Build(HostSettings settings, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddMounted(settings.Configurations);
        Listen(builder, settings.Urls);
        var services = builder.Services;
        services.AddFleetLog(builder.Configuration, settings.Roles);
        services.AddFleetTelemetry(builder.Configuration);

        // Before the roles that look again and again, so that it stops after them: what they send still leaves.
        services.AddMassTransit(bus =>
        {
            bus.AddFleet();
            bus.UseRabbitMqTransport();
        });
        services.AddRabbitMq().AddProviders().AddJobs(settings.Roles);
        services.Configure<AccountsOptions>(accounts => accounts.KeysAreNeeded = new ProcessRoles(settings.Roles).CallProviders);
        var health = services.AddHealthChecks().AddRabbitMqHealth().AddJobsHealth();
        services.AddOptionsWithValidateOnStart<HealthOptions, HealthOptionsValidator>().BindConfiguration(HealthOptions.Section);
        if (IsDurable(builder.Configuration))
        {
            services.AddMongoDbStores();
            health.AddMongoDbHealth();
        }
        else
        {
            services.AddInMemoryStores();
        }

        services.AddShutdown(builder.Configuration);
        configure?.Invoke(services);
        return builder.Build();
    }

    /// <summary>Whether records outlive the process: a store is named.</summary>
    public static bool IsDurable(IConfiguration configuration) => configuration[$"{MongoDbOptions.Section}:{nameof(MongoDbOptions.Url)}"] is { Length: > 0 };

    private static void AddShutdown(this IServiceCollection services, ConfigurationManager configuration)
    {
        services.AddOptionsWithValidateOnStart<ShutdownOptions, ShutdownOptionsValidator>().BindConfiguration(ShutdownOptions.Section);
        services.AddOptions<MassTransitHostOptions>().Configure<IOptions<ShutdownOptions>>((bus, shutdown) =>
        {
            bus.ConsumerStopTimeout = shutdown.Value.ForConsumers;
            bus.StopTimeout = shutdown.Value.ForBus;
        });

        // Read by hand: the host wants it before anything is validated, and one wrong value would hide all others.
        var isTime = TimeSpan.TryParse(configuration[$"{ShutdownOptions.Section}:{nameof(ShutdownOptions.Grace)}"], CultureInfo.InvariantCulture, out var grace);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = isTime ? grace : new ShutdownOptions().Grace);
    }

    private static void Listen(WebApplicationBuilder builder, string? urls)
    {
        var isConfigured = AddressKeys.Any(key => !string.IsNullOrEmpty(builder.Configuration[key]));
        if (urls is not null || !isConfigured)
        {
            builder.WebHost.UseUrls(urls ?? DefaultUrl);
        }
    }
}
