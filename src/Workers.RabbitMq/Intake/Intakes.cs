using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Intake;

/// <summary>Raw submissions. The contract's other rules are the lifecycle's, which answers in the same words.</summary>
internal sealed class SubmitJobIntake(Replies replies, TimeProvider time) : IntakeConsumer<SubmitJob>
{
    protected override SubmitJob Complete(SubmitJob command, RawMessage message) => command with { CorrelationId = command.CorrelationId ?? message.CorrelationId };

    protected override async Task RejectAsync(ConsumeContext context, RawMessage message, StrictReading<SubmitJob> reading, IReadOnlyList<InputFault> faults)
    {
        var (tenant, key) = (reading.Text("tenantId"), reading.Text("idempotencyKey"));
        if (!SubmissionRules.IsName(tenant))
        {
            return;
        }

        var named = SubmissionRules.IsName(key);
        var rejected = new SubmissionRejected
        {
            TenantId = tenant,
            IdempotencyKey = named ? key : null,
            CorrelationId = Guid.TryParse(reading.Text("correlationId"), out var own) ? own : message.CorrelationId ?? (named ? JobIdentity.JobId(tenant!, key!) : message.MessageId),
            Faults = faults,
            At = time.GetUtcNow(),
        };
        var pending = new PendingReplies();
        var messageId = JobIdentity.MessageId(message.MessageId, 0, nameof(SubmissionRejected));
        pending.Add(message.ReplyTo, rejected, messageId);
        await context.Publish(rejected, publish => publish.MessageId = messageId);
        await replies.SendAsync(pending, context.CancellationToken);
    }
}

/// <summary>Raw cancellations.</summary>
internal sealed class CancelJobIntake : IntakeConsumer<CancelJob>
{
    protected override IEnumerable<InputFault> Check(CancelJob command) => CommandRules.Check(command.TenantId, command.RequestedBy);
}

/// <summary>Raw resumptions.</summary>
internal sealed class ResumeJobIntake : IntakeConsumer<ResumeJob>
{
    protected override IEnumerable<InputFault> Check(ResumeJob command) => CommandRules.Check(command.TenantId, command.RequestedBy);
}
