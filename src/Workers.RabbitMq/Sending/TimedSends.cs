using MassTransit;
using MassTransit.Context;
using MassTransit.Transports;
using RabbitMQ.Client.Exceptions;
using Workers.Jobs;

namespace Workers.RabbitMq.Sending;

/// <summary>
/// Ends each send of a consumer that the broker does not confirm in time: RabbitMQ.Client 7.2 may wait for ever for a confirmation that a restarted broker owes
/// (https://github.com/rabbitmq/rabbitmq-dotnet-client/issues/1930). What the broker is to blame for is a <see cref="BrokerAwayException"/>.
/// </summary>
/// <param name="timeout">How long a send may take.</param>
/// <param name="missing">Told when a message led nowhere.</param>
internal sealed class TimedSends(TimeSpan timeout, Action? missing = null) : IFilter<ReceiveContext>
{
    public void Probe(ProbeContext context) => context.CreateFilterScope("timed-sends");

    public Task Send(ReceiveContext context, IPipe<ReceiveContext> next) => next.Send(new TimedReceiveContext(context, new Patience(timeout, missing)));

    private sealed class TimedReceiveContext(ReceiveContext context, Patience patience) : ReceiveContextProxy(context)
    {
        public override ISendEndpointProvider SendEndpointProvider { get; } = new TimedSendEndpoints(context.SendEndpointProvider, patience);

        public override IPublishEndpointProvider PublishEndpointProvider { get; } = new TimedPublishEndpoints(context.PublishEndpointProvider, patience);
    }

    private sealed class TimedSendEndpoints(ISendEndpointProvider provider, Patience patience) : ISendEndpointProvider
    {
        public ConnectHandle ConnectSendObserver(ISendObserver observer) => provider.ConnectSendObserver(observer);

        public async Task<ISendEndpoint> GetSendEndpoint(Uri address) => new TimedSendEndpoint(await provider.GetSendEndpoint(address), patience);
    }

    private sealed class TimedPublishEndpoints(IPublishEndpointProvider provider, Patience patience) : IPublishEndpointProvider
    {
        public ConnectHandle ConnectPublishObserver(IPublishObserver observer) => provider.ConnectPublishObserver(observer);

        public async Task<ISendEndpoint> GetPublishSendEndpoint<T>()
            where T : class =>
            new TimedSendEndpoint(await provider.GetPublishSendEndpoint<T>(), patience);
    }

    private sealed class TimedSendEndpoint(ISendEndpoint endpoint, Patience patience) : ITransportSendEndpoint
    {
        public ConnectHandle ConnectSendObserver(ISendObserver observer) => endpoint.ConnectSendObserver(observer);

        public Task<SendContext<T>> CreateSendContext<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
            where T : class =>
            ((ITransportSendEndpoint)endpoint).CreateSendContext(message, pipe, cancellationToken);

        public Task Send<T>(T message, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send(message, token), cancellationToken);

        public Task Send<T>(T message, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send(message, pipe, token), cancellationToken);

        public Task Send<T>(T message, IPipe<SendContext> pipe, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send(message, pipe, token), cancellationToken);

        public Task Send(object message, CancellationToken cancellationToken) => patience.InTimeAsync(token => endpoint.Send(message, token), cancellationToken);

        public Task Send(object message, Type messageType, CancellationToken cancellationToken) =>
            patience.InTimeAsync(token => endpoint.Send(message, messageType, token), cancellationToken);

        public Task Send(object message, IPipe<SendContext> pipe, CancellationToken cancellationToken) =>
            patience.InTimeAsync(token => endpoint.Send(message, pipe, token), cancellationToken);

        public Task Send(object message, Type messageType, IPipe<SendContext> pipe, CancellationToken cancellationToken) =>
            patience.InTimeAsync(token => endpoint.Send(message, messageType, pipe, token), cancellationToken);

        public Task Send<T>(object values, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send<T>(values, token), cancellationToken);

        public Task Send<T>(object values, IPipe<SendContext<T>> pipe, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send(values, pipe, token), cancellationToken);

        public Task Send<T>(object values, IPipe<SendContext> pipe, CancellationToken cancellationToken)
            where T : class =>
            patience.InTimeAsync(token => endpoint.Send<T>(values, pipe, token), cancellationToken);
    }

    private sealed class Patience(TimeSpan timeout, Action? missing)
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

        public async Task InTimeAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            patience.CancelAfter(timeout);
            try
            {
                while (!await TryAsync(send, patience.Token))
                {
                    // A queue or a binding of the fleet was deleted, and is declared again.
                    missing?.Invoke();
                    await Task.Delay(Pause, TimeProvider.System, patience.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Without the cancellation inside: MassTransit would take the whole for a consumer that gave up.
                throw new BrokerAwayException($"The broker did not confirm a message within {timeout}.");
            }
            catch (Exception fault) when (fault is ConnectionException or RabbitMQClientException)
            {
                missing?.Invoke(); // perhaps its exchange was deleted, and the channel closed for it
                throw new BrokerAwayException("The broker did not take a message.", fault.GetBaseException() is OperationCanceledException ? null : fault);
            }
        }

        private static async Task<bool> TryAsync(Func<CancellationToken, Task> send, CancellationToken cancellationToken)
        {
            try
            {
                // Waited for here as well: on a connection that broke while the process stood still, MassTransit may never look at the token again.
                await send(cancellationToken).WaitAsync(cancellationToken);
                return true;
            }
            catch (MessageReturnedException)
            {
                return false;
            }
        }
    }
}
