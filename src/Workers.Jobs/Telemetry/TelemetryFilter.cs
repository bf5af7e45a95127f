using System.Reflection;
using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.Jobs.Telemetry;

/// <summary>Sits around everything that is done with a message: what is logged meanwhile says for which job, and is of the job's trace.</summary>
internal sealed class TelemetryFilter<T>(ILogger<TelemetryFilter<T>> logger) : IFilter<ConsumeContext<T>>
    where T : class
{
    private static readonly Func<T, Guid>? JobId = Reader<Guid>(nameof(JobFacts.JobId));
    private static readonly Func<T, string?>? TenantId = Reader<string?>(nameof(JobFacts.TenantId));
    private static readonly Func<T, Guid>? CorrelationId = Reader<Guid>(nameof(JobFacts.CorrelationId));
    private static readonly Func<T, string?>? Provider = Reader<string?>(nameof(JobFacts.Provider));
    private static readonly Func<T, string?>? Account = Reader<string?>(nameof(JobFacts.Account));
    private static readonly Func<T, string?>? TaskId = Reader<string?>("TaskId");
    private static readonly Func<T, int>? Attempt = Reader<int>(nameof(JobFacts.Attempt));
    private static readonly Func<T, FailureBucket>? Bucket = Reader<FailureBucket>(nameof(JobFacts.Bucket));

    private static readonly string SpanName = $"process {typeof(T).Name}";

    public void Probe(ProbeContext context) => context.CreateFilterScope("telemetry");

    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        using (JobFacts.Begin(logger, Facts(context), SpanName))
        {
            await next.Send(context);
        }
    }

    private static JobFacts Facts(ConsumeContext<T> context)
    {
        var message = context.Message;
        var facts = new JobFacts { MessageId = context.MessageId, TenantId = Name(TenantId?.Invoke(message)) };
        if (message is SubmitJob submission)
        {
            facts.JobId = JobIdentity.JobId(submission);
            facts.CorrelationId = submission.CorrelationId ?? facts.JobId;
            return facts;
        }

        if (message is CancelJob or ResumeJob)
        {
            facts.JobId = JobId!(message);
            return facts; // its texts are a client's, and judged later; the job tells the rest
        }

        (facts.JobId, facts.CorrelationId) = (JobId?.Invoke(message), CorrelationId?.Invoke(message));
        (facts.Provider, facts.Account, facts.ProviderTaskId) = (Provider?.Invoke(message), Account?.Invoke(message), TaskId?.Invoke(message));
        (facts.Attempt, facts.Bucket) = (Attempt?.Invoke(message), Bucket?.Invoke(message));
        return facts;
    }

    /// <summary>A tenant that breaks the rule of names may be anything, and is told nowhere.</summary>
    private static string? Name(string? tenant) => SubmissionRules.IsName(tenant) ? tenant : null;

    private static Func<T, TValue>? Reader<TValue>(string property) =>
        typeof(T).GetProperty(property, BindingFlags.Public | BindingFlags.Instance) is { } found && found.PropertyType == typeof(TValue)
            ? found.GetMethod!.CreateDelegate<Func<T, TValue>>()
            : null;
}
