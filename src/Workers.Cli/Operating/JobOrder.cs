using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;
using Workers.Cli.Broker;
using Workers.Cli.Progress;
using Workers.Cli.Stores;
using Workers.Contracts;
using Workers.Jobs;
using Workers.Jobs.Audit;
using Workers.Jobs.Lifecycle;
using Workers.RabbitMq.Connections;

namespace Workers.Cli.Operating;

/// <summary>One command to one job: it is put on record, sent, and watched until it is seen what came of it.</summary>
/// <param name="Action">The word of the audit.</param>
/// <param name="Command">What is sent.</param>
/// <param name="Details">What the audit says of it, beside who and when.</param>
/// <param name="IsDone">Whether a job shows that the message of an id was carried out, and need not be watched further.</param>
internal sealed record JobOrder<TCommand>(string Action, TCommand Command, IReadOnlyDictionary<string, string> Details, Func<Job, Guid, bool> IsDone)
    where TCommand : class;

/// <summary>Carries out orders to jobs.</summary>
internal static class JobOrders
{
    public const string ExitCodes = "Exit codes: 0 it was done, 2 the fleet refused it or nobody has answered yet, 1 there is no such job, or the broker or the store is not to be had.";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <param name="parsed">The command line, with <see cref="Who"/>'s options.</param>
    /// <param name="make">Makes the order for the job as it stands, and for who acts.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    /// <param name="stop">Ends the watching, not what was sent.</param>
    public static Task<int> RunAsync<TCommand>(ParseResult parsed, Func<Job, string, JobOrder<TCommand>> make, IAnsiConsole output, IAnsiConsole error, CancellationToken stop)
        where TCommand : class =>
        StoreSettings.UseAsync(parsed, async stores =>
        {
            var (jobs, actor) = (stores.GetRequiredService<IJobs>(), parsed.GetRequiredValue(Who.Actor));
            var job = await RequireAsync(jobs, parsed.GetRequiredValue(Who.Job), stop);
            var order = make(job, actor);
            var (messageId, time) = (Guid.NewGuid(), stores.GetRequiredService<TimeProvider>());
            return await BrokerSettings.UseAsync(parsed, async broker =>
            {
                await using var line = await FleetLine.OpenAsync(broker.GetRequiredService<BrokerAddress>(), stop);
                var audit = stores.GetRequiredService<IAudit>();
                await audit.AppendAsync(EntryOf(order.Action, messageId, job, actor, time, order.Details), stop);
                await line.SendAsync(order.Command, messageId, job.Correlation, line.Queue, stop);

                using var watching = CancellationTokenSource.CreateLinkedTokenSource(stop);
                watching.CancelAfter(parsed.GetValue(Who.Wait));
                switch (await WatchAsync(jobs, line, job, found => order.IsDone(found, messageId), watching.Token))
                {
                    case (_, { } refused):
                        await audit.AppendAsync(
                            EntryOf(AuditAction.Refused, JobIdentity.MessageId($"{messageId} refused"), job, actor, time, new Dictionary<string, string> { ["command"] = refused.Command, ["message"] = $"{messageId}" }),
                            CancellationToken.None);
                        error.WriteLine($"The fleet refused it: {refused.Reason}", Style.Parse("red"));
                        return ExitCode.Otherwise;

                    case ({ } seen, _):
                        output.WriteLine(Say(job, seen));
                        return order.IsDone(seen, messageId) ? ExitCode.AsExpected : ExitCode.Otherwise;

                    default:
                        error.WriteLine(
                            $"The broker has the command, and no worker has carried it out in {Words.Time(parsed.GetValue(Who.Wait))}. It stays in its queue until one does; workers jobs show {job.CorrelationId} tells.",
                            Style.Parse("yellow"));
                        return ExitCode.Otherwise;
                }
            });
        });

    /// <exception cref="CannotStartException">There is no such job.</exception>
    public static async Task<Job> RequireAsync(IJobs jobs, Guid id, CancellationToken stop) =>
        await jobs.FindAsync(id, stop) ?? throw new CannotStartException($"There is no job {id}: it never was, or was removed after its time. List jobs with: workers jobs list");

    /// <summary>Until the job shows it or the fleet refuses; when patience ends, the job as it then stands if it has moved at all.</summary>
    private static async Task<(Job? Seen, CommandRejected? Refused)> WatchAsync(IJobs jobs, FleetLine line, Job before, Func<Job, bool> isDone, CancellationToken patience)
    {
        Job? moved = null;
        using var timer = new PeriodicTimer(Look, TimeProvider.System);
        try
        {
            while (true)
            {
                while (line.Heard.TryRead(out var heard))
                {
                    if (heard.As<CommandRejected>() is { } refused && refused.JobId == before.CorrelationId)
                    {
                        return (null, refused);
                    }
                }

                if (await jobs.FindAsync(before.CorrelationId, patience) is { } found && found.Step != before.Step)
                {
                    moved = found;
                    if (isDone(found))
                    {
                        return (found, null);
                    }
                }

                await timer.WaitForNextTickAsync(patience);
            }
        }
        catch (OperationCanceledException)
        {
            return (moved, null);
        }
    }

    private static string Say(Job was, Job now) => now.State == nameof(JobLifecycle.Cancelling)
        ? $"Job {now.CorrelationId} was {was.State} and is being cancelled: the provider is asked to let go of its task. workers jobs show {now.CorrelationId} tells when that is over."
        : $"Job {now.CorrelationId} was {was.State} and is {now.State} now{(Words.Waits(now) is { Length: > 0 } waits ? $": {waits}" : ".")}";

    private static AuditEntry EntryOf(string action, Guid id, Job job, string actor, TimeProvider time, IReadOnlyDictionary<string, string> details) => new()
    {
        Id = id,
        At = time.Now(),
        Actor = actor,
        Action = action,
        TenantId = job.TenantId,
        JobId = job.CorrelationId,
        Details = new Dictionary<string, string>(details) { ["state"] = job.State },
    };
}
