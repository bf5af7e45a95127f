using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Intake;

/// <summary>Raw submissions. The contract's other rules are the lifecycle's, which answers in the same words.</summary>
internal sealed class SubmitJobIntake(Rejections rejections) : IntakeConsumer<SubmitJob>(rejections)
{
    protected override SubmitJob Complete(SubmitJob command, RawMessage message) => command with { CorrelationId = command.CorrelationId ?? message.CorrelationId };
}

/// <summary>Raw cancellations.</summary>
internal sealed class CancelJobIntake(Rejections rejections) : IntakeConsumer<CancelJob>(rejections)
{
    protected override IEnumerable<InputFault> Check(CancelJob command) => CommandRules.Check(command.TenantId, command.RequestedBy);
}

/// <summary>Raw resumptions.</summary>
internal sealed class ResumeJobIntake(Rejections rejections) : IntakeConsumer<ResumeJob>(rejections)
{
    protected override IEnumerable<InputFault> Check(ResumeJob command) => CommandRules.Check(command.TenantId, command.RequestedBy);
}
