using System.Globalization;
using Spectre.Console;
using Workers.RabbitMq.Topology;

namespace Workers.Cli.Topology;

/// <summary>The topology as tables for people.</summary>
internal static class TopologyTables
{
    public static void Write(FleetTopology topology, IAnsiConsole output)
    {
        output.Write(Table("QUEUE", "WHAT FOR", "ARGUMENTS", topology.Queues.OrderBy(queue => queue.Keeps).Select(queue => (queue.Name, queue.Purpose, Words(queue.Arguments)))));
        output.WriteLine();
        output.Write(Table("EXCHANGE", "WHAT FOR", "TYPE", topology.Exchanges.Select(exchange => (exchange.Name, exchange.Purpose, $"{exchange.Type} {Words(exchange.Arguments)}".TrimEnd()))));
        output.WriteLine();
        output.Write(Table("FROM", "TO", "ROUTING KEY", topology.Bindings.Select(binding => (binding.Exchange, binding.ToExchange ? $"exchange {binding.Destination}" : $"queue {binding.Destination}", binding.RoutingKey))));
    }

    private static Table Table(string first, string second, string third, IEnumerable<(string, string, string)> rows)
    {
        var table = new Table().NoBorder().AddColumn(new TableColumn(first).NoWrap()).AddColumn(second).AddColumn(third);
        foreach (var (one, two, three) in rows)
        {
            table.AddRow(new Text(one), new Text(two), new Text(three));
        }

        return table;
    }

    private static string Words(IEnumerable<KeyValuePair<string, object?>> arguments) =>
        string.Join(", ", arguments.Select(argument => string.Create(CultureInfo.InvariantCulture, $"{argument.Key}={argument.Value}")));
}
