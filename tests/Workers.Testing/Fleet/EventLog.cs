using System.Collections.Concurrent;
using MassTransit;
using Workers.Contracts;

namespace Workers.Testing.Fleet;

/// <summary>What upstream hears: every event of the fleet, in the order of arrival.</summary>
internal sealed class EventLog :
    IConsumer<JobAccepted>, IConsumer<SubmissionRejected>, IConsumer<CommandRejected>, IConsumer<JobStarted>,
    IConsumer<JobBlocked>, IConsumer<JobSucceeded>, IConsumer<JobFailed>, IConsumer<JobCancelled>,
    IConsumer<AlertFiring>, IConsumer<AlertResolved>
{
    private readonly ConcurrentQueue<(Guid? MessageId, object Event)> _heard = new();

    public IReadOnlyList<T> Of<T>() => [.. _heard.Select(heard => heard.Event).OfType<T>()];

    /// <summary>With the ids of their messages.</summary>
    public IReadOnlyList<(Guid? MessageId, object Event)> All => [.. _heard];

    /// <summary>Lets go of what was heard.</summary>
    public void Forget() => _heard.Clear();

    public Task Consume(ConsumeContext<JobAccepted> context) => Hear(context);

    public Task Consume(ConsumeContext<SubmissionRejected> context) => Hear(context);

    public Task Consume(ConsumeContext<CommandRejected> context) => Hear(context);

    public Task Consume(ConsumeContext<JobStarted> context) => Hear(context);

    public Task Consume(ConsumeContext<JobBlocked> context) => Hear(context);

    public Task Consume(ConsumeContext<JobSucceeded> context) => Hear(context);

    public Task Consume(ConsumeContext<JobFailed> context) => Hear(context);

    public Task Consume(ConsumeContext<JobCancelled> context) => Hear(context);

    public Task Consume(ConsumeContext<AlertFiring> context) => Hear(context);

    public Task Consume(ConsumeContext<AlertResolved> context) => Hear(context);

    private Task Hear<T>(ConsumeContext<T> context)
        where T : class
    {
        _heard.Enqueue((context.MessageId, context.Message));
        return Task.CompletedTask;
    }
}
