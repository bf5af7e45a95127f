using MassTransit;
using Microsoft.Extensions.Logging;
using Workers.Contracts;

namespace Workers.Jobs.Lifecycle;

/// <summary>Turns away submissions that break the contract, in words, before there is a job.</summary>
internal sealed partial class SubmissionGuard(SubmissionRules rules, TimeProvider time, ILogger<SubmissionGuard> logger) : IFilter<ConsumeContext<SubmitJob>>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("submission-guard");

    public async Task Send(ConsumeContext<SubmitJob> context, IPipe<ConsumeContext<SubmitJob>> next)
    {
        var submission = context.Message;
        var faults = rules.Check(submission);
        if (faults.Count == 0)
        {
            await next.Send(context);
            return;
        }

        var correlation = submission.CorrelationId ?? JobIdentity.JobId(submission);
        LogRejected(correlation, faults.Count, faults[0].Field);
        await context.TellAsync(ReplyAddress.Of(context), new SubmissionRejected
        {
            TenantId = SubmissionRules.IsName(submission.TenantId) ? submission.TenantId : null,
            IdempotencyKey = SubmissionRules.IsName(submission.IdempotencyKey) ? submission.IdempotencyKey : null,
            MessageId = context.SentMessageId(),
            CorrelationId = correlation,
            Faults = faults,
            At = time.Now(),
        });
        await context.AnsweredAsync(nameof(SubmissionGuard));
    }

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "Submission {CorrelationId} was rejected: {Count} faults, the first in {Field}")]
    private partial void LogRejected(Guid correlationId, int count, string field);
}

/// <summary>Lets a cancel or resume through to the tenant's own job only. One for a job that nobody knows waits a while: its submission may be on the way.</summary>
internal sealed class CommandGuard(IJobs jobs, TimeProvider time) : IFilter<ConsumeContext<CancelJob>>, IFilter<ConsumeContext<ResumeJob>>
{
    /// <summary>Redeliveries that an unknown job is waited for.</summary>
    public const int Patience = 4;

    public void Probe(ProbeContext context) => context.CreateFilterScope("command-guard");

    public Task Send(ConsumeContext<CancelJob> context, IPipe<ConsumeContext<CancelJob>> next) =>
        GuardAsync(context, next, context.Message.JobId, context.Message.TenantId);

    public Task Send(ConsumeContext<ResumeJob> context, IPipe<ConsumeContext<ResumeJob>> next) =>
        GuardAsync(context, next, context.Message.JobId, context.Message.TenantId);

    private async Task GuardAsync<T>(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next, Guid jobId, string tenant)
        where T : class
    {
        var job = await jobs.FindAsync(jobId, context.CancellationToken);
        if (job is not null && job.TenantId == tenant)
        {
            await next.Send(context);
            return;
        }

        if (context.GetRedeliveryCount() < Patience)
        {
            throw new JobNotKnownException(jobId);
        }

        await context.TellAsync(ReplyAddress.Of(context), new CommandRejected
        {
            JobId = jobId,
            TenantId = tenant,
            MessageId = context.SentMessageId(),
            Command = typeof(T).Name,
            Reason = "The tenant has no such job, and none came while this command waited. Check the job id and the tenant.",
            At = time.Now(),
        });
        await context.AnsweredAsync(nameof(CommandGuard));
    }
}

/// <summary>What a guard turns away has been dealt with.</summary>
internal static class Answered
{
    /// <summary>Counts as consumed: a message that nobody consumed would be kept as one of unknown type.</summary>
    public static Task AnsweredAsync<T>(this ConsumeContext<T> context, string guard)
        where T : class =>
        context.NotifyConsumed(context.ReceiveContext.ElapsedTime, guard);
}

/// <summary>A command came for a job that nobody knows yet.</summary>
internal sealed class JobNotKnownException(Guid jobId) : Exception($"Job {jobId} is not known. The command is redelivered, and rejected in the end.");
