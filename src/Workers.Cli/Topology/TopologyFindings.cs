using Spectre.Console;
using Workers.RabbitMq.Connections;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Topology;

/// <summary>Tells people, and the shell, how the broker stands to what the settings ask for.</summary>
internal sealed class TopologyFindings(IAnsiConsole output, IAnsiConsole error, BrokerAddress broker, FleetTopology topology)
{
    public int Tell(TopologyState state, ManagedState? managed, PolicyState? policies)
    {
        Tell("Missing:", state.Missing);
        Tell("Missing bindings:", [.. (managed?.MissingBindings ?? []).Select(Words)]);
        Tell("Bindings of an older version: unbind them by hand once none of its processes runs any more:", [.. (managed?.StaleBindings ?? []).Select(Words)]);
        Tell("Queues that none of the fleet's settings ask for (perhaps with messages in them: look before you delete one):", managed?.UnknownQueues ?? []);
        Tell("Overruled by policies of the broker, to be changed or removed:", [.. (policies?.Overruled ?? []).Select(overruled => overruled.ToString())]);
        if (state.Differences.Count > 0)
        {
            error.WriteLine(new TopologyDiffersException(state.Differences).Message);
        }

        var isWhole = state is { Missing: [], Differences: [] } && managed is null or { MissingBindings: [], StaleBindings: [], UnknownQueues: [] }
            && policies is null or { Overruled: [] };
        if (isWhole)
        {
            output.WriteLine($"The broker at {broker} has all that the settings ask for: {Count()}.");
        }
        else if (state.Missing.Count > 0 || managed is { MissingBindings.Count: > 0 })
        {
            output.WriteLine("\"workers topology deploy\" declares what is missing; so does each worker when it starts.");
        }

        if (managed is null)
        {
            output.WriteLine("Bindings, queues that nobody knows, and policies were not compared: AMQP can't tell them. RabbitMq__ManagementUrl can.");
        }

        if (policies is { IsComplete: false })
        {
            output.WriteLine("Policies of exchanges were not compared: to read them the user needs the tag \"policymaker\".");
        }

        return isWhole ? ExitCode.AsExpected : ExitCode.Otherwise;
    }

    public int TellDeployed(IReadOnlyList<string> missing)
    {
        TellDeclared(missing);
        output.WriteLine($"The broker at {broker} has all that the settings ask for: {Count()}, {topology.Bindings.Count} bindings.");
        return ExitCode.AsExpected;
    }

    public int TellRefused(IReadOnlyList<string> missing, TopologyDiffersException fault)
    {
        TellDeclared(missing);
        error.WriteLine(fault.Message);
        return ExitCode.Otherwise;
    }

    private static string Words(BindingDeclaration binding) =>
        $"{(binding.ToExchange ? "exchange" : "queue")} {binding.Destination} to {binding.Exchange}{(binding.RoutingKey.Length > 0 ? $" with routing key {binding.RoutingKey}" : "")}";

    private void TellDeclared(IReadOnlyList<string> missing)
    {
        if (missing.Count == 0)
        {
            output.WriteLine("No queue and no exchange was missing. The bindings were declared again.");
        }

        Tell("Declared:", missing);
    }

    private void Tell(string heading, IReadOnlyList<string> lines)
    {
        if (lines.Count > 0)
        {
            output.WriteLine($"{heading}\n  {string.Join("\n  ", lines)}");
        }
    }

    private string Count() => FormattableString.Invariant($"{topology.Queues.Count} queues, {topology.Exchanges.Count} exchanges");
}
