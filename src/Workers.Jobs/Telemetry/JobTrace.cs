using System.Diagnostics;

namespace Workers.Jobs.Telemetry;

/// <summary>
/// The trace of a job. Its id is the job's own, so that every process knows it from the job alone: nothing need be handed on across waits, rounds, dead letters and restarts, and an operator
/// who has the job id has the trace.
/// </summary>
public static class JobTrace
{
    /// <summary>The name of the fleet's source of spans.</summary>
    public const string SourceName = "Workers";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The id of a job's trace: the 32 digits of the job id.</summary>
    public static ActivityTraceId IdOf(Guid jobId) => ActivityTraceId.CreateFromString(jobId.ToString("N"));

    /// <summary>Begins a span of a job's trace that links to what is under way; null where that is of this trace already, or nobody listens.</summary>
    internal static Activity? Continue(Guid jobId, string name)
    {
        var (trace, current) = (IdOf(jobId), Activity.Current);
        if (current?.TraceId == trace)
        {
            return null;
        }

        // A parent without a span: the trace is given, and who began it is not known here.
        var parent = new ActivityContext(trace, default, current?.ActivityTraceFlags ?? ActivityTraceFlags.Recorded);
        return Source.StartActivity(name, ActivityKind.Internal, parent, links: current is null ? null : [new ActivityLink(current.Context)]);
    }

    /// <summary>Begins a span of work that belongs to no one job, such as a round: a trace of its own, unless one is under way.</summary>
    internal static Activity? Begin(string name) => Activity.Current is null ? Source.StartActivity(name) : null;
}
