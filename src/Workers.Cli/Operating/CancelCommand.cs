using System.CommandLine;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers cancel</c>.</summary>
internal static class CancelCommand
{
    private const string Description = "Stops a job, and sees to it that the provider can no longer bill it.";

    private const string Explanation =
        $"""
        A task that already runs can't be stopped at every provider: the job is then Cancelling until its task has ended, and ends as the task does. A job whose output is being stored, or that
        has ended, is not changed.

        {StoreSettings.AndBroker}

        {JobOrders.ExitCodes}

        Example:
          workers cancel 5f0c0ffe-0000-8000-8000-000000000001 --actor ada
        """;

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("cancel", Description, Explanation) { Who.Job, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.SetAction((parsed, stop) => JobOrders.RunAsync(
            parsed,
            (job, actor) => new JobOrder<CancelJob>(
                AuditAction.Cancelled,
                new CancelJob { JobId = job.CorrelationId, TenantId = job.TenantId, RequestedBy = actor },
                new Dictionary<string, string>(),
                (found, _) => found.State == nameof(JobLifecycle.Cancelling) || JobSteps.PhaseOf(found.State) == Phase.Terminal),
            output,
            error,
            stop));
        return command;
    }
}
