using System.Collections;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;
using Workers.Jobs.Submission;

namespace Workers.Jobs.Telemetry;

/// <summary>What is known of the job in hand. Every line that is logged meanwhile carries it, and it may become more: who reads the job or its attempt tells it here.</summary>
internal sealed class JobFacts : IEnumerable<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<JobFacts?> Current = new();

    public Guid? JobId { get; set; }
    public string? TenantId { get; set; }
    public Guid? CorrelationId { get; set; }
    public Guid? MessageId { get; set; }
    public string? Provider { get; set; }
    public string? Account { get; set; }
    public string? ProviderTaskId { get; set; }
    public int? Attempt { get; set; }
    public FailureBucket? Bucket { get; set; }

    /// <summary>From here on lines carry these facts, and are of the job's trace.</summary>
    /// <param name="logger">Any: its scopes are those of all.</param>
    /// <param name="facts">What is known.</param>
    /// <param name="name">What is done, where a span must begin for it.</param>
    public static IDisposable Begin(ILogger logger, JobFacts facts, string name)
    {
        var about = new About(logger.BeginScope(facts), facts.JobId is { } id ? JobTrace.Continue(id, name) : JobTrace.Begin(name), Current.Value);
        Current.Value = facts;
        return about;
    }

    /// <summary>Likewise, of an attempt that is looked at among others.</summary>
    public static IDisposable Begin(ILogger logger, Attempt attempt, string name)
    {
        var facts = new JobFacts { MessageId = Current.Value?.MessageId };
        facts.Learn(attempt);
        return Begin(logger, facts, name);
    }

    /// <summary>Likewise, of a job that no message is about.</summary>
    public static IDisposable Begin(ILogger logger, Job job, string name)
    {
        var facts = new JobFacts();
        facts.Learn(job);
        return Begin(logger, facts, name);
    }

    /// <summary>The job in hand was read.</summary>
    public static void Know(Job job) => Current.Value?.Learn(job);

    /// <summary>The attempt in hand was read or made.</summary>
    public static void Know(Attempt attempt) => Current.Value?.Learn(attempt);

    /// <summary>The attempt in hand has a task.</summary>
    public static void KnowTask(string taskId)
    {
        if (Current.Value is { } facts)
        {
            facts.ProviderTaskId = taskId;
        }
    }

    /// <summary>Something failed, for this cause.</summary>
    public static void KnowBucket(FailureBucket bucket)
    {
        if (Current.Value is { } facts)
        {
            facts.Bucket = bucket;
        }
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        (string Name, object? Value)[] all =
        [
            (nameof(JobId), JobId), (nameof(TenantId), TenantId), (nameof(CorrelationId), CorrelationId), (nameof(MessageId), MessageId), (nameof(Provider), Provider),
            (nameof(Account), Account), (nameof(ProviderTaskId), ProviderTaskId), (nameof(Attempt), Attempt), (nameof(Bucket), Bucket),
        ];
        foreach (var (name, value) in all)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Learn(Job job)
    {
        (JobId, TenantId, CorrelationId) = (job.CorrelationId, job.TenantId, job.Correlation);
        (Provider, Account, Attempt, ProviderTaskId) = (job.Provider, job.Account, job.Attempt, job.TaskId);
        Bucket = job.Trouble?.Bucket;
    }

    private void Learn(Attempt attempt)
    {
        (JobId, TenantId, CorrelationId) = (attempt.Id.JobId, attempt.TenantId, attempt.CorrelationId);
        (Provider, Account, Attempt, ProviderTaskId) = (attempt.Provider, attempt.Account, attempt.Id.Number, attempt.TaskId);
        Bucket = attempt.Failure?.Bucket ?? attempt.End?.Failure?.Bucket;
    }

    private sealed class About(IDisposable? scope, Activity? span, JobFacts? before) : IDisposable
    {
        public void Dispose()
        {
            Current.Value = before;
            span?.Dispose();
            scope?.Dispose();
        }
    }
}
