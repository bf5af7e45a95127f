using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Workers.Cli.Running;
using Workers.RabbitMq;
using Workers.RabbitMq.Connections;

namespace Workers.Cli.Broker;

/// <summary>Which broker a command speaks to, and how what goes wrong there is told.</summary>
internal static class BrokerSettings
{
    /// <summary>What the help of each such command says.</summary>
    public const string Explanation =
        """
        The broker's address, and how it is spoken to, are read from appsettings.json in the working folder and from the environment: RabbitMq__Url, RabbitMq__UsernameFile,
        RabbitMq__PasswordFile, RabbitMq__Tls__AuthorityFile and so on. --broker replaces the address. Keep passwords in files: a command line can be read by others.
        """;

    private const string Url = $"{RabbitMqOptions.Section}:{nameof(RabbitMqOptions.Url)}";

    /// <summary>The option that replaces the configured address; one for all commands.</summary>
    public static Option<string?> Option { get; } = new("--broker") { Description = "The broker's AMQP address, instead of the configured one.", HelpName = "URL" };

    /// <summary>Runs a command with what speaks to the broker: <see cref="BrokerAddress"/>, the topology, the options.</summary>
    /// <exception cref="CannotStartException">A setting is wrong, or the broker does not answer or lets nobody in.</exception>
    public static async Task<T> UseAsync<T>(ParseResult parsed, Func<IServiceProvider, Task<T>> command)
    {
        var configuration = new ConfigurationBuilder().AddConfiguration(Settings.FromOutside());
        if (parsed.GetValue(Option) is { } url)
        {
            configuration.AddInMemoryCollection([new(Url, url)]);
        }

        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration.Build())
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddRabbitMq()
            .BuildServiceProvider();
        try
        {
            return await command(services);
        }
        catch (OptionsValidationException fault)
        {
            throw new CannotStartException($"The settings are wrong:{string.Concat(fault.Failures.Select(failure => $"\n  {failure}"))}", fault);
        }
        catch (Exception fault) when (BrokerTrouble.IsAway(fault))
        {
            throw new CannotStartException(BrokerTrouble.Describe(fault, services.GetRequiredService<BrokerAddress>()), fault);
        }
    }
}
