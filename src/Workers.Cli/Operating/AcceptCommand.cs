using System.CommandLine;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs.Audit;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers accept</c>.</summary>
internal static class AcceptCommand
{
    private const string Description = "Takes a paid output for a success that is not what its job calls one.";

    private const string Explanation =
        $"""
        An output that was fetched and refused is kept aside: workers jobs show names its files, below the workers' folder of results. Look at them first. Accepted, they are the job's result; where
        none is kept, the output is fetched and taken as it comes.

        {StoreSettings.AndBroker}

        {JobOrders.ExitCodes}

        Example:
          workers accept 5f0c0ffe-0000-8000-8000-000000000001 --actor ada
        """;

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("accept", Description, Explanation) { Who.Job, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => JobOrders.RunAsync(
            parsed,
            (job, actor) => new JobOrder<ResumeJob>(
                AuditAction.Accepted,
                new ResumeJob { JobId = job.CorrelationId, TenantId = job.TenantId, RequestedBy = actor, Accept = true },
                new Dictionary<string, string>(),
                (found, messageId) => found.ResumedBy == messageId),
            output,
            error,
            stop));
        return command;
    }
}
