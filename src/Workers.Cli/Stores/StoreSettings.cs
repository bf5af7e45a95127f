using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MongoDB.Driver;
using Workers.Cli.Running;
using Workers.Jobs;
using Workers.MongoDb;
using Workers.MongoDb.Connections;
using Workers.Providers;

namespace Workers.Cli.Stores;

/// <summary>Which store a command speaks to, and how what goes wrong there is told.</summary>
internal static class StoreSettings
{
    /// <summary>What the help of each such command says.</summary>
    public const string Explanation =
        """
        The store's address is MongoDb:Url of appsettings.json in the working folder, or MongoDb__Url of the environment, with MongoDb__UsernameFile and MongoDb__PasswordFile beside it;
        --store replaces the address. Keep passwords in files: a command line can be read by others.
        """;

    /// <summary>What the help of a command says that speaks to the broker too.</summary>
    public const string AndBroker =
        """
        The broker is RabbitMq:Url (RabbitMq__Url), or --broker; the store is MongoDb:Url (MongoDb__Url), or --store. Both are read from appsettings.json in the working folder and from the
        environment. Keep passwords in files: a command line can be read by others.
        """;

    private const string Url = $"{MongoDbOptions.Section}:{nameof(MongoDbOptions.Url)}";

    /// <summary>A person waits: a fleet would for longer.</summary>
    private static readonly Dictionary<string, string?> Patience = new()
    {
        [$"{MongoDbOptions.Section}:{nameof(MongoDbOptions.CallTimeout)}"] = "00:00:10",
        [$"{MongoDbOptions.Section}:{nameof(MongoDbOptions.LongestWait)}"] = "00:00:15",
    };

    /// <summary>The option that replaces the configured address; one for all commands.</summary>
    public static Option<string?> Option { get; } = new("--store") { Description = "The store's MongoDB address, instead of the configured one.", HelpName = "URL" };

    /// <summary>Runs a command with the stores, and with what removes jobs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="command">What to do.</param>
    /// <param name="settings">What else the command line says; null: nothing.</param>
    /// <exception cref="CannotStartException">A setting is wrong, or the store does not answer or lets nobody in.</exception>
    public static async Task<T> UseAsync<T>(ParseResult parsed, Func<IServiceProvider, Task<T>> command, params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Patience).AddConfiguration(Settings.FromOutside());
        if (parsed.GetValue(Option) is { } url)
        {
            configuration.AddInMemoryCollection([new(Url, url)]);
        }

        configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration.Build())
            .AddLogging()
            .AddSingleton(_ => new Chance())
            .AddRetention()
            .AddMongoDbStores()
            .BuildServiceProvider();
        try
        {
            return await command(services);
        }
        catch (OptionsValidationException fault)
        {
            throw new CannotStartException($"The settings are wrong:{string.Concat(fault.Failures.Select(failure => $"\n  {failure}"))}", fault);
        }
        catch (StoreAwayException fault)
        {
            throw new CannotStartException(services.GetRequiredService<Store>().Trouble ?? fault.Message, fault);
        }
        catch (Exception fault) when (fault is MongoException or TimeoutException)
        {
            throw new CannotStartException(StoreTrouble.Describe(fault, services.GetRequiredService<StoreAddress>()), fault);
        }
    }
}
