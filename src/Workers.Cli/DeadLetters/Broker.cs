using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client.Exceptions;
using Workers.Cli.Running;
using Workers.RabbitMq;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.DeadLetters;

/// <summary>The broker that a command speaks to.</summary>
internal static class Broker
{
    /// <summary>Names the broker, where it is not the configured one.</summary>
    public static readonly Option<string?> Url = new("--broker") { Description = "The broker, amqp://user:password@host:port/vhost. Default: the configured one.", HelpName = "URL" };

    /// <summary>Does something with the configured broker, and says in words if it is not to be had.</summary>
    /// <exception cref="CannotStartException">The settings are wrong, or the broker is away, or it has none of the fleet's queues.</exception>
    public static async Task<T> AskAsync<T>(ParseResult parsed, Func<BrokerAddress, FleetTopology, Task<T>> ask)
    {
        var configuration = new ConfigurationBuilder().AddConfiguration(Settings.FromOutside());
        if (parsed.GetValue(Url) is { } url)
        {
            configuration.AddInMemoryCollection([new($"{RabbitMqOptions.Section}:{nameof(RabbitMqOptions.Url)}", url)]);
        }

        using var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration.Build()).AddRabbitMq().BuildServiceProvider();
        BrokerAddress? broker = null;
        try
        {
            broker = services.GetRequiredService<BrokerAddress>();
            return await ask(broker, services.GetRequiredService<FleetTopology>());
        }
        catch (OptionsValidationException fault)
        {
            throw new CannotStartException($"The settings are wrong:{string.Concat(fault.Failures.Select(failure => $"\n  {failure}"))}", fault);
        }
        catch (BrokerUnreachableException fault)
        {
            throw new CannotStartException($"The broker at {broker} does not answer, or lets nobody in ({fault.GetBaseException().GetType().Name}). Check RabbitMq:Url, or name it with --broker.", fault);
        }
        catch (OperationInterruptedException fault) when (fault.ShutdownReason?.ReplyCode == 404)
        {
            throw new CannotStartException($"The broker at {broker} has not the fleet's exchanges: no worker ever ran on it. Check the virtual host in RabbitMq:Url.", fault);
        }
        catch (Exception fault) when (fault is RabbitMQClientException or IOException or TimeoutException)
        {
            throw new CannotStartException($"The broker at {broker} went away ({fault.GetBaseException().GetType().Name}). What was in hand lies where it lay; a message that was being sent may be in its queue too.", fault);
        }
    }
}
