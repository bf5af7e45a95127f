using MassTransit;
using MassTransit.Context;
using MassTransit.Middleware;
using MassTransit.Saga;
using Workers.Contracts;
using Workers.Jobs.Failpoints;
using Workers.Jobs.Telemetry;

namespace Workers.Jobs.Lifecycle;

/// <summary>Lets MassTransit keep the saga in <see cref="IJobs"/>: load, add, replace by version.</summary>
internal sealed class JobRepository(IJobs jobs, IFailpoints failpoints, ISagaConsumeContextFactory<IJobs, Job> factory, JobLog log)
    : ISagaRepositoryContextFactory<Job>, ILoadSagaRepositoryContextFactory<Job>, IQuerySagaRepositoryContextFactory<Job>
{
    public void Probe(ProbeContext context) => context.Add("persistence", jobs.GetType().Name);

    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<Job, T>> next)
        where T : class =>
        next.Send(new JobRepositoryContext<T>(jobs, failpoints, context, factory, log));

    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<Job> query, IPipe<SagaRepositoryQueryContext<Job, T>> next)
        where T : class =>
        throw new NotSupportedException("A job is found by its id only: its id is derived from what the message says.");

    public Task<T> Execute<T>(Func<LoadSagaRepositoryContext<Job>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        asyncMethod(new LoadContext(jobs, cancellationToken));

    public Task<T> Execute<T>(Func<QuerySagaRepositoryContext<Job>, Task<T>> asyncMethod, CancellationToken cancellationToken = default)
        where T : class =>
        throw new NotSupportedException("A job is found by its id only: its id is derived from what the message says.");

    private sealed class LoadContext(IJobs jobs, CancellationToken cancellationToken) : BasePipeContext(cancellationToken), LoadSagaRepositoryContext<Job>
    {
        public async Task<Job> Load(Guid correlationId) => (await jobs.FindAsync(correlationId, CancellationToken))!;
    }
}

/// <summary>The repository for one message.</summary>
internal sealed class JobRepositoryContext<T>(
    IJobs jobs,
    IFailpoints failpoints,
    ConsumeContext<T> message,
    ISagaConsumeContextFactory<IJobs, Job> factory,
    JobLog log) : ConsumeContextScope<T>(message), SagaRepositoryContext<Job, T>
    where T : class
{
    private readonly ConsumeContext<T> _message = message;

    /// <summary>How the job stood when it was read.</summary>
    private (int Step, string State, DateTimeOffset Since) _before;

    public Task<SagaConsumeContext<Job, T>> Add(Job instance) =>
        factory.CreateSagaConsumeContext(jobs, _message, instance, SagaConsumeContextMode.Add);

    /// <summary>Never inserts first: the behaviour runs, then the whole document is added.</summary>
    public Task<SagaConsumeContext<Job, T>> Insert(Job instance) => Task.FromResult<SagaConsumeContext<Job, T>>(null!);

    public async Task<SagaConsumeContext<Job, T>> Load(Guid correlationId)
    {
        // Nearly every submission is a new job: take it for one, and let the rare other collide in Save and be read when it is tried again.
        if (_message is ConsumeContext<SubmitJob> && !_message.IsRepeat())
        {
            return null!;
        }

        var job = await jobs.FindAsync(correlationId, CancellationToken);
        if (job is null)
        {
            return null!;
        }

        JobFacts.Know(job);
        _before = (job.Step, job.State, job.ChangedAt);
        return await factory.CreateSagaConsumeContext(jobs, _message, job, SagaConsumeContextMode.Load);
    }

    public async Task Save(SagaConsumeContext<Job> context)
    {
        if (!await jobs.AddAsync(context.Saga, CancellationToken))
        {
            throw new ConcurrencyException("The job is there already; the message is tried again on it.", typeof(Job), context.Saga.CorrelationId);
        }

        log.Accepted(context.Saga);
        await failpoints.ReachAsync(Failpoint.SavedBeforePublish, CancellationToken);
    }

    public async Task Update(SagaConsumeContext<Job> context)
    {
        context.Saga.Version++;
        if (!await jobs.ReplaceAsync(context.Saga, CancellationToken))
        {
            throw new ConcurrencyException("The job was changed meanwhile; the message is tried again on it.", typeof(Job), context.Saga.CorrelationId);
        }

        if (context.Saga.Step != _before.Step)
        {
            log.Changed(context.Saga, _before.State, _before.Since);
        }

        await failpoints.ReachAsync(Failpoint.SavedBeforePublish, CancellationToken);
    }

    public Task Delete(SagaConsumeContext<Job> context) =>
        jobs.RemoveAsync(context.Saga.CorrelationId, context.Saga.Generation, CancellationToken);

    public Task Discard(SagaConsumeContext<Job> context) => Task.CompletedTask;

    public Task Undo(SagaConsumeContext<Job> context) => Task.CompletedTask;

    public Task<SagaConsumeContext<Job, TMessage>> CreateSagaConsumeContext<TMessage>(
        ConsumeContext<TMessage> consumeContext,
        Job instance,
        SagaConsumeContextMode mode)
        where TMessage : class =>
        factory.CreateSagaConsumeContext(jobs, consumeContext, instance, mode);
}
