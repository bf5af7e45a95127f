using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Workers.Providers.Http;

namespace Workers.Providers.Tests.Support;

/// <summary>The providers as a host has them, with scripted servers instead of the network where asked.</summary>
internal sealed class ProviderHost : IAsyncDisposable, IDisposable
{
    public const string Account = "main";

    private readonly ServiceProvider _services;

    public ProviderHost(
        HttpMessageHandler? ark = null, TimeProvider? time = null, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? with = null)
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Accounts:main:Provider"] = "seedance",
            ["Accounts:main:ApiKey"] = "key-of-main",
            ["Http:InitialBackoff"] = "00:00:00.001",
        };
        foreach (var (key, value) in settings ?? new Dictionary<string, string?>())
        {
            configuration[key] = value;
        }

        var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(configuration).Build())
            .AddSingleton<ILoggerProvider>(Logs)
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        with?.Invoke(services);
        services.AddProviders();
        if (ark is not null)
        {
            foreach (var client in new[] { HttpClients.Create, HttpClients.Cancel, HttpClients.Read, HttpClients.List })
            {
                services.AddHttpClient(client).ConfigurePrimaryHttpMessageHandler(() => ark);
            }
        }

        _services = services.BuildServiceProvider(validateScopes: true);
    }

    public CapturedLogs Logs { get; } = new();

    public IGenerationProvider Seedance => Get<ProviderDirectory>().Find("seedance");

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public void Dispose() => _services.Dispose();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
