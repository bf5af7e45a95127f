using MassTransit;
using Workers.Contracts;
using Workers.Jobs.Lifecycle;

namespace Workers.RabbitMq.Intake;

/// <summary>Tells whoever sent a command that can't be read: as an event, of no tenant where it names none, and at the queue that it wants its answers at.</summary>
internal sealed class Rejections(Replies replies, TimeProvider time)
{
    /// <summary>What stands for a tenant that nobody can name.</summary>
    private const string NoTenant = "-";

    /// <param name="context">The delivery.</param>
    /// <param name="command">The type of the command.</param>
    /// <param name="text">Texts of its body, by member: null where there is none.</param>
    /// <param name="message">What AMQP says of it.</param>
    /// <param name="replyTo">Where its answers go.</param>
    /// <param name="unreadable">What is wrong with it.</param>
    public Task TellAsync(ReceiveContext context, Type command, Func<string, string?> text, RawMessage message, ReplyTo? replyTo, UnreadableCommandException unreadable) =>
        command == typeof(SubmitJob)
            ? TellAsync(context, Submission(text, message, unreadable), message, replyTo)
            : TellAsync(context, Command(command, text, message, unreadable), message, replyTo);

    private SubmissionRejected Submission(Func<string, string?> text, RawMessage message, UnreadableCommandException unreadable)
    {
        var (tenant, key) = (text("tenantId"), text("idempotencyKey"));
        var (isTenant, isKey) = (SubmissionRules.IsName(tenant), SubmissionRules.IsName(key));
        return new SubmissionRejected
        {
            TenantId = isTenant ? tenant : null,
            IdempotencyKey = isKey ? key : null,
            MessageId = message.SentMessageId ?? message.MessageId.ToString(),
            CorrelationId = Guid.TryParse(text("correlationId"), out var own) ? own
                : message.CorrelationId ?? (isTenant && isKey ? JobIdentity.JobId(tenant!, key!) : message.MessageId),
            Faults = unreadable.Faults,
            At = time.GetUtcNow(),
        };
    }

    private CommandRejected Command(Type command, Func<string, string?> text, RawMessage message, UnreadableCommandException unreadable) => new()
    {
        JobId = Guid.TryParse(text("jobId"), out var id) ? id : Guid.Empty,
        TenantId = text("tenantId") is { } tenant && SubmissionRules.IsName(tenant) ? tenant : NoTenant,
        MessageId = message.SentMessageId ?? message.MessageId.ToString(),
        Command = command.Name,
        Reason = unreadable.Message,
        At = time.GetUtcNow(),
    };

    private async Task TellAsync<T>(ReceiveContext context, T rejected, RawMessage message, ReplyTo? replyTo)
        where T : class
    {
        var messageId = JobIdentity.MessageId(message.MessageId, 0, typeof(T).Name);
        var events = await context.PublishEndpointProvider.GetPublishSendEndpoint<T>();
        await events.Send(rejected, Pipe.Execute<SendContext<T>>(send => send.MessageId = messageId), context.CancellationToken);
        var pending = new PendingReplies();
        pending.Add(replyTo, rejected, messageId);
        await replies.SendAsync(pending, context.CancellationToken);
    }
}
