using System.Diagnostics;
using Workers.Jobs.Submission;
using Workers.Providers;

namespace Workers.Jobs.Telemetry;

/// <summary>
/// The trace of a job. Its id is the job's own, so that every process knows it from the job alone: nothing need be handed on across waits, rounds, dead letters and restarts, and an operator
/// who has the job id has the trace.
/// </summary>
public static class JobTrace
{
    /// <summary>The name of the fleet's source of spans.</summary>
    public const string SourceName = "Workers";

    private const string GenerateContent = "generate_content";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>The id of a job's trace: the 32 digits of the job id.</summary>
    public static ActivityTraceId IdOf(Guid jobId) => ActivityTraceId.CreateFromString(jobId.ToString("N"));

    /// <summary>Begins a span of a job's trace that links to what is under way, as that does to it; null where that is of this trace already, or nobody listens.</summary>
    internal static Activity? Continue(Guid jobId, string name)
    {
        var (trace, current) = (IdOf(jobId), Activity.Current);
        if (current?.TraceId == trace)
        {
            return null;
        }

        // A parent without a span: the trace is given, and who began it is not known here.
        var parent = new ActivityContext(trace, default, current?.ActivityTraceFlags ?? ActivityTraceFlags.Recorded);
        var span = Source.StartActivity(name, ActivityKind.Internal, parent, links: current is null ? null : [new ActivityLink(current.Context)]);
        if (span is not null)
        {
            current?.AddLink(new ActivityLink(span.Context));
        }

        return span;
    }

    /// <summary>Begins a span of work that belongs to no one job, such as a round: a trace of its own, unless one is under way.</summary>
    internal static Activity? Begin(string name) => Activity.Current is null ? Source.StartActivity(name) : null;

    /// <summary>Begins the span of the one call that has a provider make something, named as OpenTelemetry's conventions for generative AI have it (gen_ai.*, v1.41).</summary>
    internal static Activity? Generate(Attempt attempt) =>
        Source.StartActivity($"{GenerateContent} {attempt.Intent.Model}", ActivityKind.Client)?
            .SetTag("gen_ai.operation.name", GenerateContent)
            .SetTag("gen_ai.provider.name", attempt.Provider)
            .SetTag("gen_ai.request.model", attempt.Intent.Model);

    /// <summary>What came of that call.</summary>
    internal static void Answered(this Activity? span, CreateOutcome outcome)
    {
        span?.SetTag("gen_ai.response.id", (outcome as CreateOutcome.Created)?.TaskId);
        var failure = (outcome as CreateOutcome.NotCreated)?.Failure ?? (outcome as CreateOutcome.Uncertain)?.Failure;
        if (failure is not null)
        {
            span?.SetTag("error.type", failure.Bucket.ToString()).SetStatus(ActivityStatusCode.Error);
        }
    }
}
