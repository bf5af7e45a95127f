using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Rights;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Topology;

/// <summary>The command line of <c>workers topology</c>.</summary>
internal static class TopologyCommand
{
    private static readonly Option<string> Output = new Option<string>("--output") { Description = "json: one document.", DefaultValueFactory = _ => "text" }.AcceptOnlyFromAmong("text", "json");

    public static Command Create(IAnsiConsole output, IAnsiConsole error) => new("topology", "What the fleet declares at RabbitMQ: exchanges, queues, bindings.")
    {
        Show(output),
        Check(output, error),
        Deploy(output, error),
        Rights(output),
    };

    private static ExplainedCommand Show(IAnsiConsole output)
    {
        var command = new ExplainedCommand(
            "show",
            "Shows what the settings ask for. The broker is not asked.",
            $"""
            {BrokerSettings.Explanation}

            Examples:
              workers topology show
              RabbitMq__DeliveryLimit=50 workers topology show --output json
            """)
        {
            Output,
        };
        command.SetAction((parsed, _) => BrokerSettings.UseAsync(parsed, async services =>
        {
            var topology = services.GetRequiredService<FleetTopology>();
            if (parsed.GetValue(Output) == "json")
            {
                await output.Profile.Out.Writer.WriteLineAsync(TopologyJson.Of(topology));
            }
            else
            {
                TopologyTables.Write(topology, output);
            }

            return ExitCode.AsExpected;
        }));
        return command;
    }

    private static ExplainedCommand Check(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand(
            "check",
            "Says what is missing at the broker and what differs, and changes nothing.",
            $"""
            {BrokerSettings.Explanation}
            Over AMQP neither bindings can be seen, nor queues that nobody knows, nor policies that overrule what was declared: they are compared where RabbitMq__ManagementUrl is configured,
            for example http://localhost:15672.

            Exit codes: 0 all is as the settings ask for, 2 something is missing, different, overruled or too many, 1 the broker can't be asked.
            """)
        {
            BrokerSettings.Option,
        };
        command.SetAction((parsed, stop) => BrokerSettings.UseAsync(parsed, async services =>
        {
            var state = await services.GetRequiredService<TopologyDeployment>().CheckAsync(stop);
            var (managed, policies) = await CompareAsync(services, stop);
            return new TopologyFindings(output, error, services.GetRequiredService<BrokerAddress>(), services.GetRequiredService<FleetTopology>()).Tell(state, managed, policies);
        }));
        return command;
    }

    private static ExplainedCommand Deploy(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand(
            "deploy",
            "Declares at the broker what is missing. What is there stays as it is; may be run again and again.",
            $"""
            {BrokerSettings.Explanation}

            Exit codes: 0 all is there, 2 something is there with other arguments, which can't be changed (all else was declared), 1 the broker can't be asked.
            """)
        {
            BrokerSettings.Option,
        };
        command.SetAction((parsed, stop) => BrokerSettings.UseAsync(parsed, async services =>
        {
            var deployment = services.GetRequiredService<TopologyDeployment>();
            var findings = new TopologyFindings(output, error, services.GetRequiredService<BrokerAddress>(), services.GetRequiredService<FleetTopology>());
            var before = await deployment.CheckAsync(stop);
            try
            {
                await deployment.DeployAsync(stop);
                return before.Differences.Count == 0 ? findings.TellDeployed(before.Missing) : findings.TellRefused(before.Missing, new TopologyDiffersException(before.Differences));
            }
            catch (TopologyDiffersException fault)
            {
                return findings.TellRefused(before.Missing, fault);
            }
        }));
        return command;
    }

    private static ExplainedCommand Rights(IAnsiConsole output)
    {
        var command = new ExplainedCommand(
            "rights",
            "Shows the least rights at the broker of each who speaks to it: the regular expressions of their permissions. The broker is not asked.",
            $"""
            {BrokerSettings.Explanation}

            Examples:
              workers topology rights
              rabbitmqctl set_permissions -p VHOST USER CONFIGURE WRITE READ
            """)
        {
            Output,
        };
        command.SetAction((parsed, _) => BrokerSettings.UseAsync(parsed, async services =>
        {
            var rights = FleetRights.Of(services.GetRequiredService<FleetTopology>());
            await output.Profile.Out.Writer.WriteLineAsync(parsed.GetValue(Output) == "json"
                ? TopologyJson.Of(rights)
                : string.Join("\n\n", rights.Select(one => $"{one.Who}: {one.WhatFor}\n  configure  {one.Configure}\n  write      {one.Write}\n  read       {one.Read}")));
            return ExitCode.AsExpected;
        }));
        return command;
    }

    private static async Task<(ManagedState?, PolicyState?)> CompareAsync(IServiceProvider services, CancellationToken stop)
    {
        try
        {
            return (await services.GetRequiredService<ManagedTopology>().CompareAsync(stop), await services.GetRequiredService<EffectivePolicies>().ReadAsync(stop));
        }
        catch (HttpRequestException fault)
        {
            throw new CannotStartException(
                $"RabbitMq:ManagementUrl: the management API does not answer as it should ({(fault.StatusCode is { } status ? $"status {(int)status}" : fault.HttpRequestError)}). The user needs the tag \"management\"; or leave the setting away.", fault);
        }
    }
}
