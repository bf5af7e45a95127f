using MassTransit;

namespace Workers.Jobs.Lifecycle;

/// <summary>An order of a job's saga to the rest of the fleet. Stale when <see cref="Step"/> is no longer the job's.</summary>
[ExcludeFromTopology]
public interface IJobCommand
{
    Guid JobId { get; }
    string TenantId { get; }
    Guid CorrelationId { get; }
    int Step { get; }
}

/// <summary>Have a task made for the job: check, take a slot, record the attempt, call. Or find out what came of the attempt that is there.</summary>
public sealed record StartJob(Guid JobId, string TenantId, Guid CorrelationId, int Step) : IJobCommand;

/// <summary>Make sure that somebody watches the job's task.</summary>
public sealed record WatchTask(Guid JobId, string TenantId, Guid CorrelationId, int Step) : IJobCommand;

/// <summary>Fetch the outputs of the job's task, check and store them.</summary>
public sealed record RetrieveResult(Guid JobId, string TenantId, Guid CorrelationId, int Step) : IJobCommand;

/// <summary>See to it that the provider can no longer bill the job, or that its end is known.</summary>
public sealed record CancelTask(Guid JobId, string TenantId, Guid CorrelationId, int Step) : IJobCommand;

/// <summary>The sweep's reminder to the saga: the time that the job waited for has come.</summary>
public sealed record JobDue(Guid JobId, string TenantId, Guid CorrelationId, int Step) : IJobCommand;

/// <summary>A command of the job ended in its error queue: redeliveries are used up by exceptions of type ErrorType.</summary>
public sealed record CommandDeadLettered(Guid JobId, string TenantId, Guid CorrelationId, int Step, string Command, string ErrorType) : IJobCommand;

/// <summary>
/// A command of the job came back from its error queue, redriven by a person, and finds the job no longer at its step. A job that was blocked for this very command goes on; any other does not change.
/// </summary>
/// <param name="JobId">The job.</param>
/// <param name="TenantId">Its tenant.</param>
/// <param name="CorrelationId">The job's own.</param>
/// <param name="Step">The step of the redriven command.</param>
/// <param name="Command">Its type.</param>
/// <param name="Times">How often it was redriven.</param>
/// <param name="Once">It was sent to see whether the cause is mended: what is issued in its stead fails at its first failure.</param>
public sealed record CommandRedriven(Guid JobId, string TenantId, Guid CorrelationId, int Step, string Command, int Times, bool Once) : IJobCommand;
