using System.CommandLine;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs.Audit;

namespace Workers.Cli.Operating;

/// <summary>The command line of <c>workers settle</c>.</summary>
internal static class SettleCommand
{
    private const string Description = "Says what came of an attempt that nobody could tell of, and lets its job go on.";

    private const string Explanation =
        $"""
        A job is blocked as Uncertain when its call for a task may or may not have made one. Look at the provider's console first: with --task the job goes on with that task, with
        --not-created another task is made and paid. What is said wrongly here is paid twice, or lost.

        {StoreSettings.AndBroker}

        {JobOrders.ExitCodes}

        Examples:
          workers settle 5f0c0ffe-0000-8000-8000-000000000001 --task cgt-20260101120000-abcde
          workers settle 5f0c0ffe-0000-8000-8000-000000000001 --not-created --actor ada
        """;

    private static readonly Option<string?> Task = new("--task") { Description = "The provider's id of the task that the attempt made.", HelpName = "ID" };
    private static readonly Option<bool> NotCreated = new("--not-created") { Description = "The provider surely has no task for the attempt." };

    public static Command Create(IAnsiConsole output, IAnsiConsole error)
    {
        var command = new ExplainedCommand("settle", Description, Explanation) { Who.Job, Task, NotCreated, Who.Actor, Who.Wait, BrokerSettings.Option, StoreSettings.Option };
        command.Validators.Add(result =>
        {
            if (result.GetValue(NotCreated) == !string.IsNullOrWhiteSpace(result.GetValue(Task)))
            {
                result.AddError("Say --task ID or --not-created, one of the two.");
            }
        });
        command.SetAction((parsed, stop) => JobOrders.RunAsync(parsed, (job, actor) => OrderOf(job.CorrelationId, job.TenantId, actor, parsed.GetValue(Task)), output, error, stop));
        return command;
    }

    private static JobOrder<ResumeJob> OrderOf(Guid jobId, string tenant, string actor, string? taskId) => new(
        AuditAction.Settled,
        new ResumeJob { JobId = jobId, TenantId = tenant, RequestedBy = actor, Settlement = new Settlement { TaskId = taskId, NotCreated = taskId is null, SettledBy = actor } },
        taskId is null ? new Dictionary<string, string> { ["notCreated"] = "true" } : new Dictionary<string, string> { ["taskId"] = taskId },
        (found, messageId) => found.ResumedBy == messageId);
}
